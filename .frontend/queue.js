// Ticking rows of a queue: all on this page, a range with shift, and a count that is read out. The form works without it.
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
      const text = `${ticked} selected`
      if (count.textContent !== text) count.textContent = text
    }
    for (const row of rows) row.closest('tr')?.classList.toggle('app-queue__row--ticked', row.checked)
  }

  rows.forEach((row, place) => {
    row.addEventListener('click', (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = place < last ? [place, last] : [last, place]
        for (const between of rows.slice(from, to + 1)) between.checked = row.checked
      }
      last = place
      show()
    })
  })

  if (all) {
    all.closest('[hidden]')?.removeAttribute('hidden')
    all.addEventListener('click', () => {
      for (const row of rows) row.checked = all.checked
      show()
    })
  }

  // Back brings the ticks back after this script has run, in some browsers before it.
  addEventListener('pageshow', show)
  show()
}
