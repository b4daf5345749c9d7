// What the Node.js programs share: reporting, and numbered records whose every byte follows from the number.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const [bootstrap, ...rest] = process.argv.slice(2)
export const features = rest
export const addresses = bootstrap.split(',')
// Number of brokers, and of replicas of each topic.
export const NODES = Number(process.env.NODES ?? 1)
export const RECORDS = 3000
export const PARTITIONS = 3
export const DEADLINE_MS = 30_000
// An hour ago: not the time of arrival, and not so old that retention would remove the records.
const FIRST_TIMESTAMP_MS = Date.now() - 3_600_000
let failed = false

// Whether the brokers are those of the addresses, and every one has a replica of each partition, all in sync.
export function verifyMetadata(brokers, partitions) {
  assert.deepEqual(brokers.map(b => `${b.host}:${b.port}`).sort(), [...addresses].sort())
  for (const { leader, replicas, isr } of partitions) {
    assert.equal(new Set(replicas).size, NODES, `replicas ${replicas}`)
    assert.deepEqual([...isr].sort(), [...replicas].sort())
    assert.ok(isr.includes(leader), `leader ${leader} is not among ${isr}`)
  }
}

const environment = process.env
const pem = name => readFileSync(environment[name], 'utf8')
// Undefined, or how the broker wants its clients; ../secured.sh says what is in the environment then. `tls` is for Node's TLS, `login` is
// undefined with certificates.
export const security = environment.SECURITY && {
  tls: {
    ca: [pem('SECURITY_CA')],
    ...(environment.SECURITY === 'mtls' && { cert: pem('SECURITY_CERTIFICATE'), key: pem('SECURITY_KEY') })
  },
  login:
    environment.SECURITY === 'mtls'
      ? undefined
      : {
          mechanism: { sasl_ssl: 'SCRAM-SHA-512', plain: 'PLAIN' }[environment.SECURITY],
          username: environment.SECURITY_USER,
          password: environment.SECURITY_PASSWORD
        }
}

// Runs a check and prints one line for it: `ok NAME (TIME)` or `not ok NAME: why`, which is what `run` counts.
export async function check(name, run) {
  const start = Date.now()
  try {
    await withDeadline(run())
    console.log(`ok ${name} (${Date.now() - start} ms)`)
  } catch (problem) {
    failed = true
    console.log(`not ok ${name}: ${String(problem.message).split('\n')[0]}`)
    console.error(problem)
  }
}

// The exit ends connections and timers that a failed check may have left.
export function finish() {
  process.exit(failed ? 1 : 0)
}

async function withDeadline(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${DEADLINE_MS} ms`)), DEADLINE_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// Tries again until the condition holds; the deadline of the check bounds it.
export async function eventually(condition) {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'the condition did not come true')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

export const key = number => (number % 50 === 49 ? null : Buffer.from(`key-${number % 97}`))

export function value(number) {
  if (number % 200 === 100) {
    return null
  }
  const bytes = Buffer.alloc(number % 601)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (number * 31 + i * 17 + ((number * i) >> 3)) & 0xff
  }
  return bytes
}

export const headers = number => ({ number: Buffer.from(String(number)), binary: Buffer.from([0, number & 0xff, 255]), empty: Buffer.alloc(0) })
export const timestamp = number => FIRST_TIMESTAMP_MS + number * 10
export const numbers = count => Array.from({ length: count }, (_, number) => number)

// Every one of the first `count` test records is there once, byte for byte, in order within its partition, a key in one partition.
// Each of `records` is { partition, timestamp (a number), key, value, headers (an object of buffers) }.
export function verify(count, records) {
  assert.equal(records.length, count, 'records read')
  const last = new Map()
  const partitionOf = new Map()
  const seen = new Set()
  for (const record of records) {
    const number = Number(record.headers.number)
    assert.ok(!seen.has(number), `record ${number} came twice`)
    seen.add(number)
    assert.deepEqual(record.key, key(number), `key of record ${number}`)
    assert.deepEqual(record.value, value(number), `value of record ${number}`)
    assert.deepEqual({ ...record.headers }, headers(number), `headers of record ${number}`)
    assert.equal(record.timestamp, timestamp(number), `timestamp of record ${number}`)
    assert.ok((last.get(record.partition) ?? -1) < number, `record ${number} came after ${last.get(record.partition)}`)
    last.set(record.partition, number)
    if (record.key !== null) {
      const name = record.key.toString()
      assert.equal(partitionOf.get(name) ?? record.partition, record.partition, `partition of ${name}`)
      partitionOf.set(name, record.partition)
    }
  }
}
