-- `computed` holds the parts of the episodes computed now; what has none is kept as one row without a dimension.
insert into store.main.kept_causes by name
select * from computed;
