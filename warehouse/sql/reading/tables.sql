-- One row per view and table of the published file.
select 'view' as kind, view_name as name, comment from duckdb_views() where not internal
union all
select 'table', table_name, comment from duckdb_tables() where not internal
order by kind desc, name
