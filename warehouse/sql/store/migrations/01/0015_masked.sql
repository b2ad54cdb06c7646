-- What was masked in the words that came in a window; windows from before are not known, and counted as none.
alter table coverage add column masked bigint default 0;
