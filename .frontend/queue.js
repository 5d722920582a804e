import './filter.js'

// Ticking rows of a queue: all on this page, a range with shift, and a count that is read out; the server keeps them as
// they are ticked. The form works without it.
//
// <form data-queue>                     the form around the table
//   <input type=checkbox data-queue-all hidden>   ticks every row of this page
//   <input type=checkbox data-queue-row>          one row
//   <span role=status data-queue-count>           "3 selected"

for (const queue of document.querySelectorAll('[data-queue]')) {
  const rows = [...queue.querySelectorAll('[data-queue-row]')]
  const all = queue.querySelector('[data-queue-all]')
  const count = queue.querySelector('[data-queue-count]')
  let last = null

  const show = () => {
    const ticked = rows.filter((row) => row.checked).length
    if (all) {
      all.checked = ticked > 0 && ticked === rows.length
      all.indeterminate = ticked > 0 && ticked < rows.length
    }
    if (count) {
      const elsewhere = Number(count.dataset.elsewhere)
      const pages = elsewhere > 0 ? `, ${elsewhere} on other pages` : ''
      const text = `${ticked + elsewhere} selected${pages}`
      if (count.textContent !== text) count.textContent = text
    }
    for (const row of rows) row.closest('tr')?.classList.toggle('app-queue__row--ticked', row.checked)
  }

  let saving = null
  const keep = () => {
    clearTimeout(saving)
    saving = setTimeout(save, 250)
  }
  const save = () => {
    saving = null
    const form = new URLSearchParams(new FormData(queue))
    for (const name of ['act', 'colleague', 'go']) form.delete(name)
    // keepalive: it arrives even if the page is left in the same moment
    fetch(queue.dataset.keep, { method: 'POST', body: form, redirect: 'manual', keepalive: true }).catch(() => {})
  }
  addEventListener('pagehide', () => { if (saving) { clearTimeout(saving); save() } })
  // what is ticked goes with the form
  queue.addEventListener('submit', () => { clearTimeout(saving); saving = null })

  rows.forEach((row, place) => {
    row.addEventListener('click', (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = place < last ? [place, last] : [last, place]
        for (const between of rows.slice(from, to + 1)) between.checked = row.checked
      }
      last = place
      show()
      keep()
    })
  })

  if (all) {
    all.closest('[hidden]')?.removeAttribute('hidden')
    all.addEventListener('click', () => {
      for (const row of rows) row.checked = all.checked
      show()
      keep()
    })
  }

  // Back brings the ticks back after this script has run, in some browsers before it.
  addEventListener('pageshow', show)
  show()
}

// What is cut to its column is whole in its title.
document.querySelector('.app-queue')?.addEventListener('mouseover', (event) => {
  const cell = event.target.closest('td')
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.innerText
})

// "7 new, show": asked for while the page is in view; nothing moves by itself.
const list = document.querySelector('[data-queue-list]')
const line = document.querySelector('[data-queue-new]')
async function askForNew() {
  if (document.visibilityState !== 'visible') return
  const answer = await fetch(list.dataset.new).catch(() => null)
  if (!answer?.ok) return
  const count = (await answer.json()).new
  const text = count >= 100 ? '100 or more' : String(count)
  line.hidden = count === 0
  const shown = line.querySelector('[data-queue-new-count]')
  if (shown.textContent !== text) shown.textContent = text
}
if (list && line) {
  setInterval(askForNew, 15000)
  addEventListener('focus', askForNew)
}
