// Registers, serializes, deserializes and evolves schemas with @confluentinc/schemaregistry.
//   node check.mjs URL
import assert from 'node:assert/strict'
import library from '@confluentinc/schemaregistry'

const { SchemaRegistryClient, SerdeType, Compatibility, AvroSerializer, AvroDeserializer, JsonSerializer, JsonDeserializer, ProtobufDeserializer } = library
const url = process.argv[2]
const run = Date.now().toString(36)
// Without anything remembered.
const fresh = () => new SchemaRegistryClient({ baseURLs: [url], cacheCapacity: 100, maxRetries: 0 })
const client = fresh()
let failed = 0

async function check(name, test) {
  try {
    await test()
    console.log(`ok ${name}`)
  } catch (e) {
    failed++
    console.log(`not ok ${name}: ${e.message}`)
  }
}

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }
const withTotal = { ...order, fields: [...order.fields, { name: 'total', type: 'int', default: 0 }] }
const incompatible = { ...order, fields: [...order.fields, { name: 'total', type: 'string' }] }
const info = (schema, schemaType = 'AVRO', more = {}) => ({ schemaType, schema: JSON.stringify(schema), ...more })
const value = SerdeType.VALUE

await check('@confluentinc Avro: serializer registers, deserializer reads', async () => {
  const topic = `${run}-avro`
  await client.register(`${topic}-value`, info(order))
  const bytes = await new AvroSerializer(client, value, { useLatestVersion: true }).serialize(topic, { id: 'a' })
  assert.equal(bytes[0], 0)
  assert.deepEqual({ ...(await new AvroDeserializer(fresh(), value, {}).deserialize(topic, bytes)) }, { id: 'a' })
})
await check('@confluentinc Avro: evolve, check, refuse', async () => {
  const subject = `${run}-evolve`
  const first = await client.register(subject, info(order))
  assert.equal(await client.testSubjectCompatibility(subject, info(incompatible)), false)
  assert.equal(await client.testSubjectCompatibility(subject, info(withTotal)), true)
  const second = await client.register(subject, info(withTotal))
  assert.notEqual(first, second)
  await assert.rejects(fresh().register(subject, info(incompatible)), /incompatible/)
  assert.deepEqual(await fresh().getAllVersions(subject), [1, 2])
  assert.equal((await fresh().getLatestSchemaMetadata(subject)).id, second)
  assert.equal((await fresh().getSchemaMetadata(subject, 1)).id, first)
  assert.equal(await fresh().getId(subject, info(order)), first)
  assert.equal(await fresh().getVersion(subject, info(withTotal)), 2)
  assert.ok((await fresh().getAllSubjects()).includes(subject))
})
await check('@confluentinc: metadata of a schema finds it', async () => {
  const subject = `${run}-meta`
  await client.register(subject, info(order, 'AVRO', { metadata: { properties: { major: '1' } } }))
  await client.register(subject, info(withTotal, 'AVRO', { metadata: { properties: { major: '2' } } }))
  const found = await fresh().getLatestWithMetadata(subject, { major: '1' })
  assert.equal(found.version, 1)
})
await check('@confluentinc JSON Schema: serialize, validate, deserialize', async () => {
  const topic = `${run}-json`
  const schema = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false }
  await client.register(`${topic}-value`, info(schema, 'JSON'))
  const serializer = new JsonSerializer(client, value, { useLatestVersion: true, validate: true })
  const bytes = await serializer.serialize(topic, { id: 1 })
  assert.deepEqual(await new JsonDeserializer(fresh(), value, { validate: true }).deserialize(topic, bytes), { id: 1 })
  await assert.rejects(serializer.serialize(topic, { id: 'x' }))
})
await check('@confluentinc Protobuf: registered text comes back as a descriptor', async () => {
  const subject = `${run}-proto-value`
  const id = await client.register(subject, { schemaType: 'PROTOBUF', schema: 'syntax = "proto3"; message Order { string id = 1; }' })
  const serialized = await fresh().getBySubjectAndId(subject, id, 'serialized')
  assert.ok(Buffer.from(serialized.schema, 'base64').includes('Order'))
})
await check('@confluentinc: settings and deletion', async () => {
  const subject = `${run}-settings`
  await client.register(subject, info(order))
  await client.updateCompatibility(subject, Compatibility.FULL)
  assert.equal(await fresh().getCompatibility(subject), Compatibility.FULL)
  assert.deepEqual(await client.deleteSubject(subject), [1])
  assert.deepEqual(await client.deleteSubject(subject, true), [1])
  await assert.rejects(fresh().getLatestSchemaMetadata(subject), /not found/i)
})
process.exit(failed ? 1 : 0)
