-- one row per table of the store with rows of one product, posts first
select c.table_name
from duckdb_columns() as c
join duckdb_tables() as t on t.database_name = c.database_name and t.table_name = c.table_name
where not t.internal and not t.temporary and c.database_name = current_database() and c.column_name = 'product'
    and c.table_name <> 'forgotten_products'
group by c.table_name
order by c.table_name <> 'posts', c.table_name
