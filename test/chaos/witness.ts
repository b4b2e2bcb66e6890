import type postgres from 'postgres';

/**
 * Writes down, inside of the database and in the transaction of each change, who wrote to a journal in which epoch and
 * how states follow each other: what tables alone do not tell afterwards.
 */
export async function installWitness(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create schema witness;
    create table witness.writes (
      n bigint generated always as identity, at timestamptz not null default clock_timestamp(),
      run text not null, epoch bigint not null, current bigint not null, status text not null,
      kind text not null, path text not null, ended text
    );
    create table witness.states (
      n bigint generated always as identity, at timestamptz not null default clock_timestamp(),
      run text not null, was text, was_epoch bigint, status text not null, epoch bigint not null
    );
    create function witness.on_write() returns trigger language plpgsql as $$ begin
      insert into witness.writes (run, epoch, current, status, kind, path, ended)
      select new.run, new.epoch, runs.epoch, runs.status, new.kind, new.path, new.entry::jsonb ->> 'status'
      from public.runs where id = new.run;
      return null;
    end $$;
    create function witness.on_state() returns trigger language plpgsql as $$ begin
      if tg_op = 'INSERT' then
        insert into witness.states (run, status, epoch) values (new.id, new.status, new.epoch);
      elsif old.status <> new.status or old.epoch <> new.epoch then
        insert into witness.states (run, was, was_epoch, status, epoch)
        values (new.id, old.status, old.epoch, new.status, new.epoch);
      end if;
      return null;
    end $$;
    create trigger witness after insert on public.journal for each row execute function witness.on_write();
    create trigger witness after insert or update on public.runs for each row execute function witness.on_state();
  `);
}
