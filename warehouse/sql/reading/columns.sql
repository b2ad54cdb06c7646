-- One row per column of the view or table $name.
select column_name as "column", data_type as type, comment
from duckdb_columns() where not internal and table_name = $name order by column_index
