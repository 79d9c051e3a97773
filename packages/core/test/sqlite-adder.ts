// A process of its own that adds one to a record of an SQLite file, so many times, each time until it wins.
import { sqliteStore } from '@interwork/core/store/sqlite';
import { openSqlite } from './sqlite-clients.ts';

const [name = '', file = '', times = '0'] = process.argv.slice(2);
const database = openSqlite(name, file);
const store = await sqliteStore(database.client, { max: 10, busyMs: 20_000 });
for (let done = 0; done < Number(times); ) {
  const stored = await store.read('n');
  const n = Number(stored?.record['n'] ?? 0) + 1;
  const written = await store.write(
    'n',
    { record: { version: 1, n }, wakeAt: Infinity },
    stored?.revision,
  );
  if (written === 'written') done += 1;
}
database.close();
