-- one row per cell, in order; base_no is the cell that its baseline comes from
select c.cell_no, c.slice_no, coalesce(b.cell_no, c.cell_no) as base_no
from trend_cells as c
left join trend_cells as b
    on c.slice_kind = 'version' and b.slice_kind = 'versioned'
    and b.product = c.product and b.cell_channel = c.cell_channel
where c.cell_no >= $from and c.cell_no < $to
order by c.cell_no;
