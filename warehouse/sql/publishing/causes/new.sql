-- Episodes that are no more, or are others now, are kept no more.
delete from store.main.kept_causes
where (episode, made_of) not in (select (episode, made_of) from cause_episodes);

-- one row per episode whose causes are to be computed
create or replace temp table cause_new as
select *
from cause_episodes
where episode not in (select episode from store.main.kept_causes)
order by episode;
