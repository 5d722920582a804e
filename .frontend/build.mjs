// Builds ../static from the pinned packages, and writes VENDOR.md: which versions, which integrity, which bytes came out.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const here = new URL('.', import.meta.url).pathname
const out = new URL('../static/', import.meta.url).pathname
const target = ['chrome99', 'edge100']
const assets = ['app.css', 'landscape.css', 'app.js', 'boot.js', 'bulk.js', 'evidence.js', 'queue.js', 'favicon.svg']
mkdirSync(out, { recursive: true })

// Where classes are named: our pages and scripts, and the scripts of the packages. Colours of tags are put together.
const texts = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? texts(`${folder}/${entry.name}`) : readFileSync(`${folder}/${entry.name}`, 'utf8'))
const scripts = { bundle: true, minify: true, target, legalComments: 'none', outdir: out, absWorkingDir: here }
await esbuild.build({ ...scripts, entryPoints: { app: 'app.mjs', queue: 'queue.js', evidence: 'evidence.js', bulk: 'bulk.js' }, format: 'esm' })
await esbuild.build({ ...scripts, entryPoints: ['boot.js'], format: 'iife' })
copyFileSync(`${here}favicon.svg`, `${out}favicon.svg`)
const naming = [...texts(`${here}../templates`), ...texts(`${here}../src`),
  ...assets.filter((name) => name.endsWith('.js')).map((name) => readFileSync(out + name, 'utf8'))].join()
const isUsed = (name) => naming.includes(name) || name.startsWith('govuk-tag--')

// Leaves out the rules of classes that no page has.
function withoutUnused(css) {
  const kept = css.replace(/([^{};]+)\{([^{}]*)\}/g, (rule, selectors, body) => {
    if (selectors.trimStart().startsWith('@')) return rule
    const used = selectors.split(/,(?![^(]*\))/).filter((selector) => {
      const names = selector.replace(/:(not|is)\([^)]*\)/g, '').match(/\.(govuk|moj)-[\w-]+/g) ?? []
      return names.every((name) => isUsed(name.slice(1)))
    })
    return used.length ? `${used.join()}{${body}}` : ''
  })
  return kept.replace(/@(media|supports)[^{}]*\{\s*\}/g, '')
}

for (const name of ['app', 'landscape']) {
  const { css } = sass.compile(`${here}${name}.scss`, { loadPaths: [here], style: 'compressed', quietDeps: true })
  const { code } = await esbuild.transform(withoutUnused(css), { loader: 'css', minify: true, target })
  writeFileSync(`${out}${name}.css`, code)
}

const built = readFileSync(`${out}app.css`, 'utf8')
for (const banned of ['GDS Transport', 'GOV.UK', 'crest', 'crown', 'url(']) {
  if (built.includes(banned)) throw new Error(`app.css contains ${banned}`)
}

const sums = []
const sizes = []
const sum = (name, bytes) => sums.push(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`)
for (const name of assets) {
  const plain = readFileSync(out + name)
  const br = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  })
  const gz = gzipSync(plain, { level: 9 })
  writeFileSync(`${out}${name}.br`, br)
  writeFileSync(`${out}${name}.gz`, gz)
  sum(name, plain)
  sum(`${name}.br`, br)
  sum(`${name}.gz`, gz)
  sizes.push(`| ${name} | ${plain.length} | ${gz.length} | ${br.length} |`)
}

const lock = JSON.parse(readFileSync(`${here}package-lock.json`, 'utf8')).packages
const { devDependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8'))
const packages = Object.keys(devDependencies).map((name) => {
  const { version, license, integrity } = lock[`node_modules/${name}`]
  return `| ${name} | ${version} | ${license} | \`${integrity}\` |`
})

writeFileSync(`${out}VENDOR.md`, `# Where these files come from

Built by \`.frontend/build.mjs\` from pinned npm packages and our own sources in \`.frontend\`, and committed: no
build or test of the program calls npm. Do not edit anything in this folder by hand, this file included.

Rules of classes that no page and no script names are left out: build again when a template uses a new one.

To rebuild: \`cd .frontend && npm ci && npm run build\`. The result is the same byte for byte with the Node.js
versions named below; another zlib may pack \`.gz\` and \`.br\` differently.

Left out on purpose: the GDS Transport font, the crown, the crest, the footer component that points at it, and the
GOV.UK brand colours. This is not a government service and must not look like one.

| Package | Version | Licence | Integrity |
|---|---|---|---|
${packages.join('\n')}

sass and esbuild only build; nothing of theirs is in the output. Node.js ${process.version}, zlib ${process.versions.zlib}, brotli ${process.versions.brotli}.

| File | Bytes | gzip | brotli |
|---|---|---|---|
${sizes.join('\n')}

SHA-256:

\`\`\`
${sums.join('\n')}
\`\`\`
`)
console.log(sizes.join('\n'))
