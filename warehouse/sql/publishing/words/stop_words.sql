-- one row per word that says nothing about a product by itself; `joins`: it may stand in a phrase of two ("log in", "not work")
create or replace temp table stop_words as
select unnest(string_split(
    'a about above actually after again against all almost already also although always am an and another any anyone anything '
    || 'app apps are around as at away be became because been before being below between both but by came can come comes could d did '
    || 'do does doing done don down during each either else etc even ever every everyone everything few for from further get gets '
    || 'getting give given go goes going gonna gone got gotta guys had has have having he hello help her here hers herself hey hi him '
    || 'himself his how however i if im in instead into is it its itself ive just keep keeps know last least less let lets like ll '
    || 'lot lots m made make makes making many may maybe me might mine more most much must my myself need needs never no nor not nothing '
    || 'now of off often oh ok okay on once one ones only onto or other others our ours ourselves out over own per perhaps please put '
    || 'quite rather re really s said same say says see seem seems several shall she should since so some someone something sometimes '
    || 'still such sure t take than thank thanks that the their theirs them themselves then there these they thing things think this '
    || 'those though through thus to together too toward two under until up upon us use used using ve very via want wants was way we '
    || 'well were what whatever when where whether which while who whole whom whose why will with within without would yet you your '
    || 'yours yourself yourselves u ur isn''t aren''t wasn''t weren''t haven''t hasn''t hadn''t doesn''t don''t didn''t can''t cannot '
    || 'couldn''t won''t wouldn''t shouldn''t i''m i''ve i''d i''ll it''s that''s there''s you''re you''ve you''ll they''re they''ve '
    || 'we''re we''ve he''s she''s what''s let''s dont doesnt didnt cant wont isnt wasnt',
    ' '
)) as word;

create or replace temp table joining_words as
select unnest(string_split(
    'in out up off down back on no not never can''t cannot won''t doesn''t don''t didn''t isn''t couldn''t wouldn''t cant wont '
    || 'doesnt dont didnt isnt keep keeps help without',
    ' '
)) as word;
