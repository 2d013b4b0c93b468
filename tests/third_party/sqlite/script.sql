-- Tables, indices, windows, JSON, dates, triggers, transactions, integrity; import and export.
.mode list
create table t(a integer primary key, b text, c real);
create table u(word text unique, n int check (n > 0));
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
insert into t select i, 'row ' || (i * 7919 % 20011), i * 1.5 from n;
select count(*), sum(c), avg(c), total(a) from t;
create index tb on t(b);
explain query plan select a from t where b = 'row 7';
select b from t where b like 'row 19%' order by b limit 5;
select a, row_number() over (order by c desc), sum(a) over (order by a rows 2 preceding) from t limit 3;
select json_extract('{"x":[1,2,{"y":3}]}', '$.x[2].y'), json_group_array(a) from (select a from t limit 4);
create trigger tu after update on t when new.a % 1000 = 0 begin insert into u values (new.b, new.a); end;
update t set b = upper(b) where a % 2 = 0;
begin; delete from t where a > 15000; savepoint s; delete from t; rollback to s; commit;
select count(*), max(b), min(b) from t;
select count(*) from t x join t y on y.a = x.a + 1 and y.b > x.b;
insert or ignore into u values ('ROW 7919', 5), ('new', 1);
insert into u values ('new', 2) on conflict(word) do update set n = n + excluded.n;
select * from u order by word;
select date('2024-02-29', '+1 year'), strftime('%j %w', '2024-12-31'), printf('%.3f|%e|%,d', 3.14159, 1e100, 1234567);
select round(1.0 / 3, 12), 9223372036854775807 + 1.0, cast('12.5e1x' as real), hex(zeroblob(4)), quote('it''s');
select group_concat(word, ';') filter (where n > 2) from u;
pragma integrity_check;
.mode csv
.once words.csv
select * from u order by n;
.mode insert w
select * from u where n < 5;
.import --csv --skip 1 words.csv u2
.tables
vacuum;
.schema
.mode quote
select 1, 'two', 3.5, null, x'00ff';
