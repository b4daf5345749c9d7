// Registers, encodes, decodes and evolves schemas with @kafkajs/confluent-schema-registry.
//   node check.mjs URL
import assert from 'node:assert/strict'
import registryPackage from '@kafkajs/confluent-schema-registry'

const { SchemaRegistry, SchemaType, COMPATIBILITY } = registryPackage
const url = process.argv[2]
const run = Date.now().toString(36)
const registry = new SchemaRegistry({ host: url })
// Without anything remembered.
const fresh = () => new SchemaRegistry({ host: url })
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

await check('Avro: register, encode, decode', async () => {
  const { id } = await registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(order) }, { subject: `${run}-avro` })
  const bytes = await registry.encode(id, { id: 'a' })
  assert.equal(bytes.readInt32BE(1), id)
  assert.deepEqual({ ...(await fresh().decode(bytes)) }, { id: 'a' })
})
await check('Avro: evolve, read old data, refuse an incompatible schema', async () => {
  const subject = `${run}-evolve`
  const options = { subject, compatibility: COMPATIBILITY.BACKWARD }
  const first = await registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(order) }, options)
  const second = await registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(withTotal) }, options)
  assert.notEqual(first.id, second.id)
  assert.equal(await registry.getLatestSchemaId(subject), second.id)
  await assert.rejects(fresh().register({ type: SchemaType.AVRO, schema: JSON.stringify(incompatible) }, options), /incompatible|compatib/i)
})
await check('Avro: the id of a schema by its content', async () => {
  const id = await registry.getRegistryIdBySchema(`${run}-avro`, { type: SchemaType.AVRO, schema: JSON.stringify(order) })
  assert.equal(id, (await registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(order) }, { subject: `${run}-avro` })).id)
})
await check('Avro: references', async () => {
  const inner = JSON.stringify({ type: 'record', name: 'Inner', namespace: run.replace(/^\d+/, 'n'), fields: [{ name: 'x', type: 'int' }] })
  const name = `${run.replace(/^\d+/, 'n')}.Inner`
  await registry.register({ type: SchemaType.AVRO, schema: inner }, { subject: `${run}-inner` })
  const version = (await (await fetch(`${url}/subjects/${run}-inner/versions/latest`)).json()).version
  const outer = JSON.stringify({ type: 'record', name: 'Outer', fields: [{ name: 'inner', type: name }] })
  const references = [{ name, subject: `${run}-inner`, version }]
  const { id } = await registry.register({ type: SchemaType.AVRO, schema: outer, references }, { subject: `${run}-outer` })
  const bytes = await registry.encode(id, { inner: { x: 3 } })
  assert.equal((await fresh().decode(bytes)).inner.x, 3)
})
await check('JSON Schema: register, encode, decode, refuse a wrong value', async () => {
  const schema = JSON.stringify({ type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false })
  const { id } = await registry.register({ type: SchemaType.JSON, schema }, { subject: `${run}-json` })
  assert.deepEqual(await fresh().decode(await registry.encode(id, { id: 5 })), { id: 5 })
  await assert.rejects(registry.encode(id, { id: 'five' }))
})
await check('Protobuf: register, encode, decode', async () => {
  const schema = 'syntax = "proto3"; package shop; message Item { string name = 1; int32 count = 2; }'
  const { id } = await registry.register({ type: SchemaType.PROTOBUF, schema }, { subject: `${run}-proto` })
  const decoded = await fresh().decode(await registry.encode(id, { name: 'a', count: 2 }))
  assert.equal(decoded.name, 'a')
  assert.equal(decoded.count, 2)
})
await check('An unknown id is refused', () => assert.rejects(fresh().getSchema(999999)))
process.exit(failed === 0 ? 0 : 1)
