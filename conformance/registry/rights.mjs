// One user registers schemas at three nodes while others, who lack rights, ask and change what they can.
//   rights.mjs FOLDER SCHEMAS PARTS
// FOLDER/url-N has the address of a node, which can change. FOLDER/part-N is written when N parts of PARTS + 1 are done.
import {readFileSync, writeFileSync} from 'node:fs';

const [folder, schemas, parts] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const nodes = [1, 2, 3];
const ids = new Map();
const refusals = new Map();
let done = 0, part = 1, ended = false;

const fail = (why) => {
  console.log(`not ok ${why}`);
  process.exit(1);
};
const pause = (millis) => new Promise((over) => setTimeout(over, millis));
const text = (name) => JSON.stringify({type: 'record', name, fields: [{name: 'f', type: 'string'}]});
const basic = (user, password) => ({Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`});

// The answer, or undefined when the node does not give one.
const once = async (node, login, method, path, body) => {
  try {
    const response = await fetch(readFileSync(`${folder}/url-${node}`, 'utf8').trim() + path, {
      method,
      headers: {'Content-Type': 'application/vnd.schemaregistry.v1+json', ...login},
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    return {status: response.status, text: await response.text()};
  } catch {
    return undefined;
  }
};

const writer = basic('writer', 'p-writer');
const asWriter = async (node, method, path, body) => {
  const begun = performance.now();
  for (;;) {
    const answer = await once(node, writer, method, path, body);
    if (answer?.status === 200) return JSON.parse(answer.text);
    if (answer !== undefined) fail(`node ${node} answers the writer ${answer.status} to ${method} ${path}: ${answer.text}`);
    if (performance.now() - begun > 120_000) fail(`node ${node} does not answer`);
    await pause(100);
  }
};

const register = async (node) => {
  for (let i = 0; i < schemas; i++) {
    const {id} = await asWriter(node, 'POST', `/subjects/s${i}-${node}/versions`, {schema: text(`R${i}`)});
    if ((ids.get(i) ?? id) !== id) fail(`schema ${i} has the ids ${ids.get(i)} and ${id} (node ${node})`);
    ids.set(i, id);
    done++;
    if (part <= parts && done >= (part * schemas * nodes.length) / (parts + 1)) writeFileSync(`${folder}/part-${part++}`, '');
  }
};

const reads = [
  ['GET', '/subjects'], ['GET', '/schemas'], ['GET', '/schemas/ids/1'], ['GET', '/subjects/s0-1/versions/1'], ['GET', '/subjects/s0-1/versions/latest/schema'],
  ['GET', '/config'], ['GET', '/mode'], ['GET', '/contexts'], ['POST', '/subjects/s0-1', {schema: text('R0')}],
  ['POST', '/compatibility/subjects/s0-1/versions/latest?verbose=true', {schema: text('stolen')}],
];
const changes = [
  ['POST', '/subjects/stolen/versions', {schema: text('stolen')}], ['DELETE', '/subjects/s0-1'], ['DELETE', '/subjects/s0-1/versions/1'],
  ['PUT', '/config', {compatibility: 'NONE'}], ['PUT', '/mode', {mode: 'READONLY'}], ['DELETE', '/subjects/s0-1?permanent=true'],
];
// Whether a user may read, and the status of what is refused.
const intruders = [
  ['nobody', 'p-nobody', false, 403], ['describer', 'p-describer', false, 403], ['reader', 'p-reader', true, 403], ['topic-only', 'p-topic-only', true, 403],
  ['id-only', 'p-id-only', true, 403], ['writer', 'wrong', false, 401], ['admin', '', false, 401], ['', '', false, 401], ['unknown', 'p-unknown', false, 401],
];
const intrude = async ([user, password, mayRead, refused], node) => {
  const login = user === '' ? {} : basic(user, password);
  while (!ended) {
    for (const [method, path, body] of mayRead ? changes : [...reads, ...changes]) {
      const answer = await once(node, login, method, path, body);
      if (answer === undefined) {
        await pause(100);
        continue;
      }
      // who may read learns that the subject was not deleted before
      if (mayRead && answer.status === 404 && answer.text.includes('40405')) continue;
      // while nodes are killed some cannot say
      if (answer.status === refused) refusals.set(user, (refusals.get(user) ?? 0) + 1);
      else if (answer.status < 500) fail(`node ${node} answers ${user || 'nobody'} ${answer.status} to ${method} ${path}: ${answer.text}`);
      if (answer.text.includes('"record')) fail(`node ${node} shows ${user} a schema at ${method} ${path}: ${answer.text}`);
      await pause(20);
    }
  }
};

await asWriter(1, 'POST', '/subjects/s0-1/versions', {schema: text('R0')});
const intruding = nodes.flatMap((node) => intruders.map((each) => intrude(each, node)));
await Promise.all(nodes.map(register));
ended = true;
await Promise.all(intruding);
const subjects = await Promise.all(nodes.map((node) => asWriter(node, 'GET', '/subjects')));
for (const each of subjects)
  if (each.length !== schemas * nodes.length || each.includes('stolen')) fail(`a node has ${each.length} subjects: ${each}`);
if (new Set(ids.values()).size !== schemas) fail('two schemas have the same id');
const {compatibilityLevel} = await asWriter(2, 'GET', '/config');
if (compatibilityLevel !== 'BACKWARD') fail(`the level is ${compatibilityLevel}`);
const seen = await once(3, basic('reader', 'p-reader'), 'GET', '/subjects');
if (seen?.status !== 200) fail(`the reader may not read: ${seen?.status} ${seen?.text}`);
for (const [user] of intruders) if (!(refusals.get(user) > 0)) fail(`${user || 'nobody'} was never refused`);
console.log(`ok ${done} registrations at ${nodes.length} nodes, ${ids.size} ids; refused: ${[...refusals].map(([user, count]) => `${user || 'no login'} ${count}`).join(', ')}`);
