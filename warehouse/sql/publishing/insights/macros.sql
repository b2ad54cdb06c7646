-- Statistics that several tables share, as macros of the session only: the published file needs none of them.

-- Wilson's score interval for a share p of n (Wilson 1927; Brown, Cai and DasGupta 2001 recommend it), at 95%.
create or replace temp macro wilson_low(p, n) as
    (p + 1.920729 / n - 1.959964 * sqrt(greatest(p * (1 - p), 0) / n + 0.960365 / (n * n))) / (1 + 3.841459 / n);

create or replace temp macro wilson_high(p, n) as
    (p + 1.920729 / n + 1.959964 * sqrt(greatest(p * (1 - p), 0) / n + 0.960365 / (n * n))) / (1 + 3.841459 / n);

-- The 97.5% point of Student's t with v degrees of freedom (Abramowitz and Stegun 26.7.5): to 0.002 from v = 4 on.
create or replace temp macro t975(v) as
    1.959964 + 2.372271 / v + 2.822500 / (v * v) + 2.555850 / (v * v * v) + 1.589536 / (v * v * v * v);

-- Adjusted Wald for NPS (Sauro and Lewis 2016): 3 more answers, 3/4 of a promoter and 3/4 of a detractor among them.
create or replace temp macro nps_mid(up, down, n) as (up - down) / (n + 3.0);

create or replace temp macro nps_margin(up, down, n) as
    1.959964 * sqrt(((up + down + 1.5) / (n + 3.0) - pow((up - down) / (n + 3.0), 2)) / (n + 3.0));
