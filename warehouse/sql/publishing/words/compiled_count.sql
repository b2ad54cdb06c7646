-- one row per window x term that may be listed, as plain_count.sql has them. `counting` holds the sums of people's means in
-- units of 1e-15, above and below $part.
create or replace temp table word_counted as
select
    window_no, word_no, next_no, a, b,
    cast(cast(high_now as hugeint) * $part + low_now as double) / (nullif(a, 0) * 1e15) as mean_compound,
    cast(cast(high_before as hugeint) * $part + low_before as double) / (nullif(b, 0) * 1e15) as mean_before
from counting;
