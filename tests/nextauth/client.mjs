// A page of the existing application: the real next-auth/react, in a browser that is as small as it can be.
// Reads {origin, email, password, wrong} on its input, writes what the page saw at each step.
let input = ''
for await (const chunk of process.stdin) input += chunk
const { origin, email, password, wrong } = JSON.parse(input)

const cookies = new Map()
const page = `${origin}/auth/signin`
globalThis.window = globalThis
globalThis.location = { href: page, reload() {} }
globalThis.document = { addEventListener() {}, removeEventListener() {}, visibilityState: 'visible' }
globalThis.localStorage = { setItem() {} }
globalThis.addEventListener = () => {}

// What a browser does around every request of a page: whole addresses, cookies, where it comes from.
const send = globalThis.fetch
const requests = []
globalThis.fetch = async (address, options = {}) => {
  const headers = new Headers(options.headers)
  if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
  headers.set('sec-fetch-site', 'same-origin')
  if ((options.method ?? 'get').toLowerCase() !== 'get') headers.set('origin', origin)
  const response = await send(new URL(address, page), { ...options, headers, redirect: 'manual' })
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)
    if (/; Max-Age=0(;|$)/.test(cookie)) cookies.delete(name)
    else cookies.set(name, value)
  }
  requests.push(`${options.method ?? 'get'} ${new URL(address, page).pathname} ${response.status}`)
  return response
}

const { getCsrfToken, getProviders, getSession, signIn, signOut } = await import('next-auth/react')

const seen = {}
seen.before = await getSession()
seen.providers = await getProviders()
seen.token = (await getCsrfToken()).length
seen.refused = await signIn('credentials', { redirect: false, email, password: wrong })
seen.stillNobody = await getSession()
seen.accepted = await signIn('credentials', { redirect: false, email, password, callbackUrl: `${origin}/dashboard` })
seen.session = await getSession()
seen.cookies = [...cookies.keys()].sort()
seen.left = await signOut({ redirect: false, callbackUrl: `${origin}/` })
seen.after = await getSession()
// With a redirection, the page itself goes on.
await signIn('credentials', { email, password, callbackUrl: '/cours' })
seen.wentTo = globalThis.location.href
seen.requests = requests
process.stdout.write(JSON.stringify(seen), () => process.exit(0))
