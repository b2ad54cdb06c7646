-- false: the configuration lists the channel no more. What it brought stays; nobody asks it again, and nothing waits for it.
alter table channels add column tracked boolean default true;
