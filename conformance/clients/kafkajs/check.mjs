// What an application does with KafkaJS, tried on the broker at an address: check HOST:PORT [FEATURE]...
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import snappy from 'kafkajs-snappy'
import { addresses, check, eventually, features, finish, headers, key, NODES, numbers, PARTITIONS, RECORDS, security, timestamp, value, verify, verifyMetadata } from '../common/harness.mjs'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
CompressionCodecs[CompressionTypes.Snappy] = snappy

const secured = security && {
  ssl: security.tls,
  ...(security.login && { sasl: { ...security.login, mechanism: security.login.mechanism.toLowerCase() } })
}
const kafka = new Kafka({ brokers: addresses, logLevel: logLevel.NOTHING, ...secured })
const admin = kafka.admin()
await admin.connect()
const run = `kafkajs-${randomUUID()}`

async function create(name, partitions = PARTITIONS) {
  const topic = `${run}-${name}`
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: NODES }], waitForLeaders: false })
  // Apache Kafka confirms a creation before the partitions answer; a record sent in between is sent again, out of order.
  await eventually(() => admin.fetchTopicOffsets(topic).then(() => true, () => false))
  return topic
}

// With a client of its own: of one that several checks use at the same time the metadata can lose a topic.
async function alone(use) {
  const own = kafka.admin()
  await own.connect()
  try {
    return await use(own)
  } finally {
    await own.disconnect()
  }
}

const messages = count =>
  numbers(count).map(n => ({ key: key(n), value: value(n), headers: headers(n), timestamp: String(timestamp(n)) }))

async function produce(topic, count, { producer: options, ...send } = {}) {
  const producer = kafka.producer(options)
  await producer.connect()
  const all = messages(count)
  // Several requests, as an application sends them.
  for (let start = 0; start < count; start += 500) {
    await producer.send({ topic, messages: all.slice(start, start + 500), ...send })
  }
  await producer.disconnect()
}

// Runs a consumer in a group until `done(records)` holds, and leaves the group.
async function consume(topic, groupId, done, { committing = false, ready = () => {}, ...options } = {}) {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, ...options })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const records = []
  await new Promise((resolve, reject) => {
    // The client starts again by itself after errors that pass, such as a coordinator that still loads.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error))
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          if (done(records)) {
            return
          }
          records.push({ ...message, partition, timestamp: Number(message.timestamp) })
          if (done(records)) {
            if (committing) {
              await consumer.commitOffsets(positions(topic, records))
            }
            resolve()
          }
        }
      })
      .then(() => ready(consumer))
      .catch(reject)
  })
  await consumer.disconnect()
  return records
}

function positions(topic, records) {
  const next = new Map(records.map(r => [r.partition, String(BigInt(r.offset) + 1n)]))
  return [...next].map(([partition, offset]) => ({ topic, partition, offset }))
}

async function metadata() {
  const topic = await create('metadata')
  const cluster = await admin.describeCluster()
  assert.ok(cluster.clusterId, 'the cluster has no id')
  assert.ok((await admin.listTopics()).includes(topic), `${topic} is not listed`)
  const { partitions } = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]
  assert.deepEqual(partitions.map(p => p.partitionId).sort(), [0, 1, 2])
  verifyMetadata(cluster.brokers, partitions)
}

async function produceAndReadBack(name, options) {
  const topic = await create(name)
  await produce(topic, RECORDS, options)
  const used = async () => (await alone(own => own.fetchTopicOffsets(topic))).reduce((sum, p) => sum + Number(p.high), 0)
  // Acknowledged by the leader alone, a record can be read when the followers have it too.
  await eventually(async () => (await used()) >= RECORDS)
  assert.equal(await used(), RECORDS, 'offsets used')
  verify(RECORDS, await consume(topic, topic, records => records.length === RECORDS))
}

async function group() {
  const topic = await create('group')
  await produce(topic, RECORDS)
  const first = await consume(topic, topic, records => records.length === RECORDS / 2, { committing: true })
  const second = await consume(topic, topic, records => records.length === RECORDS / 2, { committing: true })
  verify(RECORDS, [...first, ...second])
  const committed = (await admin.fetchOffsets({ groupId: topic, topics: [topic] }))[0].partitions
  assert.equal(committed.reduce((sum, p) => sum + Number(p.offset), 0), RECORDS, 'committed offsets')
}

async function seekAndTimes() {
  const topic = await create('positions', 1)
  await produce(topic, RECORDS)
  assert.deepEqual(await alone(own => own.fetchTopicOffsets(topic)), [{ partition: 0, offset: '3000', high: '3000', low: '0' }])
  for (const target of [1, 1234, RECORDS - 1, 0]) {
    const found = await alone(own => own.fetchTopicOffsetsByTimestamp(topic, timestamp(target) - 3))
    assert.deepEqual(found, [{ partition: 0, offset: String(target) }])
  }
  // Everything at or after the offset sought; what came before the seek took effect does not count.
  const ready = consumer => consumer.seek({ topic, partition: 0, offset: '1234' })
  let sought = []
  await consume(topic, topic, records => {
    sought = records.slice(records.findLastIndex(r => r.offset === '1234'))
    return sought.length === RECORDS - 1234 && sought[0].offset === '1234'
  }, { ready })
  assert.deepEqual(sought.map(r => Number(r.offset)), numbers(RECORDS).slice(1234))
}

async function administration() {
  const topic = await create('administration', 1)
  assert.equal(await admin.createTopics({ topics: [{ topic }] }), false, 'created twice')
  await admin.createPartitions({ topicPartitions: [{ topic, count: PARTITIONS }] })
  await eventually(async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length === PARTITIONS)
  const { resources } = await admin.describeConfigs({ resources: [{ type: 2, name: topic }] })
  assert.equal(resources[0].configEntries.find(e => e.configName === 'retention.ms').configValue, '604800000')
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => !(await admin.listTopics()).includes(topic))
}

async function transactions() {
  const topic = await create('transactions')
  const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true })
  await producer.connect()
  for (const [count, end] of [[700, 'abort'], [500, 'abort'], [300, 'commit']]) {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: messages(count) })
    await transaction[end]()
  }
  await producer.disconnect()
  verify(300, await consume(topic, `${topic}-committed`, records => records.length === 300))
  await consume(topic, `${topic}-all`, records => records.length === 1500, { readUncommitted: true })
}

await admin.connect()
// All at once: most of their time is the broker's wait for more members of a new group.
const checks = [
  check('cluster and topic metadata', metadata),
  ...[['none', CompressionTypes.None], ['gzip', CompressionTypes.GZIP], ['snappy', CompressionTypes.Snappy]].map(
    ([name, compression]) => check(`produce and read back, ${name}`, () => produceAndReadBack(`codec-${name}`, { compression }))
  ),
  check('produce and read back, idempotent', () => produceAndReadBack('idempotent', { producer: { idempotent: true } })),
  check('produce and read back, acks=1', () => produceAndReadBack('acks-1', { acks: 1 })),
  check('group goes on where it committed', group),
  check('seek, begin and end, offsets for times', seekAndTimes),
  check('create again, more partitions, configs, delete', administration)
]
if (features.includes('transactions')) {
  checks.push(check('read_committed sees only what was committed', transactions))
}
await Promise.all(checks)
finish()
