-- one row per product with posts, in order: its days, and the numbers of its slices and cells
select
    c.product,
    s.first_day,
    greatest(s.last_day, d.last_day) as last_day,
    c.first_slice,
    c.end_slice,
    c.first_cell,
    c.end_cell
from (
    select
        product_no, product, min(slice_no) as first_slice, max(slice_no) + 1 as end_slice, min(cell_no) as first_cell,
        max(cell_no) + 1 as end_cell
    from trend_cells
    group by product_no, product
) as c
join (select product_no, min(day) as first_day, max(day) as last_day from trend_series group by product_no) as s
    on s.product_no = c.product_no
left join (select product, max(day) as last_day from trend_days group by product) as d on d.product = c.product
order by c.product_no;
