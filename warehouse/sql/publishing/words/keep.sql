-- The terms of the windows read anew are kept under their keys.

insert into store.main.window_terms
select
    k.key,
    coalesce(
        list({
            'term': s.term, 'rank': r."rank", 'a': s.a, 'b': s.b, 'n': s.n, 'm': s.m, 'g2': s.g2,
            'mean_compound': s.mean_compound, 'mean_before': s.mean_before
        } order by s.g2 > 0, r."rank")
        filter (where s.term is not null),
        []
    ) as terms
from (select any_value(window_no) as window_no, key from word_keys group by key) as k
left join word_ranks as r on r.window_no = k.window_no
left join word_scores as s on s.window_no = r.window_no and s.term = r.term
where k.key not in (select key from store.main.window_terms)
group by k.key;
