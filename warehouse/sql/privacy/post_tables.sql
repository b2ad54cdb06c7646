-- one row per table of the store that tells of single posts: by_product where its rows are of one product
select c.table_name, bool_or(c.column_name = 'product') as by_product
from duckdb_columns() as c
join duckdb_tables() as t on t.database_name = c.database_name and t.table_name = c.table_name
where not t.internal and not t.temporary and c.database_name = current_database()
group by c.table_name
having bool_or(c.column_name = 'channel') and bool_or(c.column_name = 'post_id')
-- posts first: a table without products keeps its row while another product's post is there
order by c.table_name <> 'posts', c.table_name
