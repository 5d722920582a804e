// What looks the same as the site that is being typed: asked for when a field is left, or has been still for so long that its
// value is likely to be whole. It says so beside the form and stops nobody; the page between check answers and CRN asks in any case.
//
// <div role=status data-alike="/contacts/new/mnc/alike.json">   within the form

const box = document.querySelector('[data-alike]')
const form = box?.closest('form')
const STILL_FOR = 2000
const LEFT_FOR = 100
const FIELDS = ['building_number', 'building_name', 'sub_building_name', 'plot_number', 'dependent_street', 'street', 'postcode', 'msn']
const SHOWN = 3

function make(name, text, className = '') {
  const made = document.createElement(name)
  made.textContent = text
  if (className) made.className = className
  return made
}

function show({ says, hits }) {
  const list = make('ul', '', 'govuk-list')
  for (const hit of hits.slice(0, SHOWN)) {
    const line = document.createElement('li')
    const title = make(hit.path ? 'a' : 'strong', hit.title, hit.path ? 'govuk-link' : '')
    if (hit.path) {
      title.href = hit.path
      // what is being typed stays where it is
      title.target = '_blank'
      title.rel = 'noopener'
      title.append(make('span', ' (opens in a new tab)', 'govuk-visually-hidden'))
    }
    line.append(title, `, ${hit.address}. ${hit.standing}. ${hit.why}.`)
    list.append(line)
  }
  if (hits.length > SHOWN) list.append(make('li', `And ${hits.length - SHOWN} more.`))
  // one line, which opens: the form's button stays in view
  const folded = make('details', '', 'govuk-details')
  const line = make('summary', '', 'govuk-details__summary')
  line.append(make('span', says, 'govuk-details__summary-text'))
  folded.append(line, list)
  folded.open = Boolean(box.querySelector('[open]'))
  box.replaceChildren(...(hits.length ? [folded] : []))
  box.classList.toggle('app-alike-box--on', hits.length > 0)
  document.documentElement.classList.toggle('app-alike-on', hits.length > 0)
  // it must not cover the field that is being typed in
  if (hits.length && form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: 'nearest' })
}

let waiting = null
let asked = ''
let asking = null
async function ask() {
  const values = new FormData(form)
  const query = new URLSearchParams(FIELDS.map((name) => [name, (values.get(name) ?? '').trim()]))
  const text = query.toString()
  if (text === asked) return
  asked = text
  asking?.abort()
  if (!query.get('postcode') && !query.get('msn')) return show({ says: '', hits: [] })
  asking = new AbortController()
  const answer = await fetch(`${box.dataset.alike}?${text}`, { signal: asking.signal }).catch(() => null)
  if (text === asked) show(answer?.ok ? await answer.json() : { says: '', hits: [] })
}

function askIn(milliseconds) {
  clearTimeout(waiting)
  waiting = setTimeout(ask, milliseconds)
}

if (form) {
  const when = (name, milliseconds) => form.addEventListener(name, (event) => {
    if (FIELDS.includes(event.target.name)) askIn(milliseconds(event))
  })
  // what the finder fills in is whole
  when('input', (event) => event.isTrusted ? STILL_FOR : LEFT_FOR)
  when('change', () => LEFT_FOR)
  // filled in already: a draft, or the browser's Back
  addEventListener('pageshow', () => askIn(LEFT_FOR))
}
