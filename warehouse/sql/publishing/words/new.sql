-- Windows that are no more, or are others now, are kept no more; of the others only those that are not known are read.

delete from store.main.window_terms
where key not in (select key from word_keys);

delete from word_used
where window_no in (select k.window_no from word_keys as k join store.main.window_terms as t on t.key = k.key);
