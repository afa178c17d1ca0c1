// Seals and opens tokens, hashes and compares passwords with the real packages.
// Reads a JSON list of requests on its input, writes the list of answers.
import * as nextAuth from 'next-auth/jwt'
import * as authCore from '@auth/core/jwt'
import bcrypt from 'bcryptjs'

const libraries = { 'next-auth': nextAuth, '@auth/core': authCore }

async function answer({ does, library, text, hash, cost, ...parameters }) {
  switch (does) {
    case 'seal':
      return libraries[library].encode(parameters)
    case 'open':
      // Both throw on what they do not accept.
      return libraries[library].decode(parameters).catch((error) => ({ refused: error.code ?? error.name }))
    case 'hash':
      return bcrypt.hash(text, cost)
    case 'compare':
      return bcrypt.compare(text, hash)
    default:
      throw new Error(`unknown request: ${does}`)
  }
}

let input = ''
for await (const chunk of process.stdin) input += chunk
const answers = []
for (const request of JSON.parse(input)) answers.push((await answer(request)) ?? null)
process.stdout.write(JSON.stringify(answers))
