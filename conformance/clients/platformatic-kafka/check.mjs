// What an application does with @platformatic/kafka, tried on the broker at an address: check HOST:PORT [FEATURE]...
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Admin, Consumer, FetchIsolationLevels, Producer } from '@platformatic/kafka'
import { addresses, check, eventually, features, finish, headers, key, NODES, numbers, PARTITIONS, RECORDS, security, timestamp, value, verify, verifyMetadata } from '../common/harness.mjs'

const secured = security && { tls: security.tls, ...(security.login && { sasl: security.login }) }
const base = { clientId: 'conformance', bootstrapBrokers: addresses, ...secured }
const admin = new Admin(base)
const run = `platformatic-${randomUUID()}`

async function create(name, partitions = PARTITIONS) {
  const topic = `${run}-${name}`
  await admin.createTopics({ topics: [topic], partitions, replicas: NODES })
  // Apache Kafka confirms a creation before the partitions answer; a record sent in between is sent again, out of order.
  await eventually(() => offsets(topic, -1n, partitions).then(() => true, () => false))
  return topic
}

// The offset that each partition has for a time, or with -2 and -1 its beginning and end.
async function offsets(topic, time, partitions = PARTITIONS) {
  const wanted = numbers(partitions).map(partitionIndex => ({ partitionIndex, timestamp: time }))
  // One answer for each broker that leads a partition.
  const answers = await admin.listOffsets({ topics: [{ name: topic, partitions: wanted }] })
  return answers.flatMap(answer => answer.partitions).sort((a, b) => a.partitionIndex - b.partitionIndex).map(p => p.offset)
}

const total = offsets => Number(offsets.reduce((sum, offset) => sum + offset, 0n))

// Acknowledged by the leader alone, a record can be read when the followers have it too.
const readable = (topic, count, partitions) => eventually(async () => total(await offsets(topic, -1n, partitions)) >= count)

// The client tells the values that are there from those that are not by undefined.
const messages = (topic, count) =>
  numbers(count).map(n => ({
    topic,
    key: key(n) ?? undefined,
    value: value(n) ?? undefined,
    headers: new Map(Object.entries(headers(n)).map(([name, bytes]) => [Buffer.from(name), bytes])),
    timestamp: BigInt(timestamp(n))
  }))

async function produce(topic, count, options = {}) {
  const producer = new Producer({ ...base, ...options })
  const all = messages(topic, count)
  // Several requests, as an application sends them.
  for (let start = 0; start < count; start += 500) {
    await producer.send({ messages: all.slice(start, start + 500) })
  }
  await producer.close()
}

// Reads with a group of its own until there are as many records; `options` say from where.
async function consume(topic, groupId, count, { commit = false, ...options } = {}) {
  const consumer = new Consumer({ ...base, groupId, maxWaitTime: 100, ...options.group })
  const stream = await consumer.consume({ autocommit: false, topics: [topic], mode: 'earliest', ...options.stream })
  const records = []
  for await (const message of stream) {
    records.push(plain(message))
    if (records.length === count) {
      if (commit) {
        await consumer.commit({ offsets: positions(topic, records) })
      }
      break
    }
  }
  await consumer.close(true)
  return records
}

const plain = ({ partition, offset, timestamp, key, value, headers }) => ({
  partition,
  offset: Number(offset),
  timestamp: Number(timestamp),
  key: key ?? null,
  value: value ?? null,
  headers: Object.fromEntries([...headers].map(([name, bytes]) => [name.toString(), bytes]))
})

function positions(topic, records) {
  const next = new Map(records.map(r => [r.partition, BigInt(r.offset + 1)]))
  return [...next].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: 0 }))
}

async function metadata() {
  const topic = await create('metadata')
  assert.ok((await admin.listTopics()).includes(topic), `${topic} is not listed`)
  const cluster = await admin.metadata({ topics: [topic] })
  assert.ok(cluster.id, 'the cluster has no id')
  const { partitions } = cluster.topics.get(topic)
  assert.equal(partitions.length, PARTITIONS)
  verifyMetadata([...cluster.brokers.values()], partitions)
}

async function produceAndReadBack(name, options) {
  const topic = await create(name)
  await produce(topic, RECORDS, options)
  await readable(topic, RECORDS)
  assert.equal(total(await offsets(topic, -1n)), RECORDS, 'offsets used')
  verify(RECORDS, await consume(topic, topic, RECORDS))
}

async function automaticCreation() {
  const topic = `${run}-automatic`
  await produce(topic, 10, { autocreateTopics: true })
  verify(10, await consume(topic, topic, 10))
}

async function group(options = {}) {
  const topic = await create(`group-${options.groupProtocol ?? 'classic'}`)
  await produce(topic, RECORDS)
  const fromCommitted = { stream: { mode: 'committed', fallbackMode: 'earliest' }, group: options, commit: true }
  const first = await consume(topic, topic, RECORDS / 2, fromCommitted)
  const second = await consume(topic, topic, RECORDS / 2, fromCommitted)
  verify(RECORDS, [...first, ...second])
  const [committed] = await admin.listConsumerGroupOffsets({ groups: [topic] })
  assert.equal(total(committed.topics[0].partitions.map(p => p.committedOffset)), RECORDS, 'committed offsets')
}

async function seekAndTimes() {
  const topic = await create('positions', 1)
  await produce(topic, RECORDS)
  await readable(topic, RECORDS, 1)
  assert.deepEqual(await offsets(topic, -2n, 1), [0n])
  assert.deepEqual(await offsets(topic, -1n, 1), [BigInt(RECORDS)])
  for (const target of [0, 1, 1234, RECORDS - 1]) {
    assert.deepEqual(await offsets(topic, BigInt(timestamp(target) - 3), 1), [BigInt(target)])
  }
  assert.deepEqual(await offsets(topic, BigInt(timestamp(RECORDS)), 1), [-1n])
  const stream = { mode: 'manual', offsets: [{ topic, partition: 0, offset: 1234n }] }
  const records = await consume(topic, topic, RECORDS - 1234, { stream })
  assert.deepEqual(records.map(r => r.offset), numbers(RECORDS).slice(1234))
}

async function administration() {
  const topic = await create('administration', 1)
  await assert.rejects(admin.createTopics({ topics: [topic], partitions: 1, replicas: NODES }), 'created twice')
  await admin.createPartitions({ topics: [{ name: topic, count: PARTITIONS, assignments: null }] })
  await eventually(async () => (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic).partitionsCount === PARTITIONS)
  const [{ configs }] = await admin.describeConfigs({ resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }] })
  assert.deepEqual(configs.map(c => [c.name, c.value]), [['retention.ms', '604800000']])
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => !(await admin.listTopics()).includes(topic))
}

async function transactions() {
  const topic = await create('transactions')
  const producer = new Producer({ ...base, transactionalId: topic, idempotent: true, acks: -1 })
  // One abort only: of several by one producer in one response this version of the client leaves out just one.
  for (const [count, end] of [[700, 'abort'], [300, 'commit']]) {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: messages(topic, count) })
    await transaction[end]()
  }
  await producer.close()
  const isolation = isolationLevel => ({ stream: { isolationLevel } })
  verify(300, await consume(topic, `${topic}-committed`, 300, isolation(FetchIsolationLevels.READ_COMMITTED)))
  await consume(topic, `${topic}-all`, 1000, isolation(FetchIsolationLevels.READ_UNCOMMITTED))
}

// All at once: most of their time is the broker's wait for more members of a new group.
const checks = [
  check('cluster and topic metadata', metadata),
  ...['none', 'gzip', 'snappy', 'lz4', 'zstd'].map(compression =>
    check(`produce and read back, ${compression}`, () => produceAndReadBack(`codec-${compression}`, { compression }))
  ),
  check('produce and read back, idempotent', () => produceAndReadBack('idempotent', { idempotent: true, acks: -1 })),
  check('produce and read back, acks=1', () => produceAndReadBack('acks-1', { acks: 1 })),
  check('automatic topic creation', automaticCreation),
  check('group goes on where it committed', group),
  check('seek, begin and end, offsets for times', seekAndTimes),
  check('create again, more partitions, configs, delete', administration)
]
if (features.includes('consumer-protocol')) {
  checks.push(check('group goes on where it committed, new protocol', () => group({ groupProtocol: 'consumer' })))
}
if (features.includes('transactions')) {
  checks.push(check('read_committed sees only what was committed', transactions))
}
await Promise.all(checks)
finish()
