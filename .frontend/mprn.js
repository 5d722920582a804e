// Ten digits of an MPRN are said back in groups, with whether their check digits match (src/trade/mprn.rs), before they
// are sent.
for (const field of document.querySelectorAll('.app-mprn')) {
  const says = document.createElement('span')
  says.className = 'govuk-hint'
  says.setAttribute('aria-live', 'polite')
  field.after(' ', says)
  const say = () => {
    const [, one, two, last] = field.value.replace(/[\s-]/g, '').match(/^(\d{4})(\d{4})(\d\d)$/) ?? []
    const sum = [...`${one}${two}`].reduce((sum, digit, at) => sum + digit * (8 - at), 0)
    says.textContent = last ? `${one} ${two} ${last} is ${sum % 11 === Number(last) ? 'possible' : 'mistyped'}` : ''
  }
  field.addEventListener('input', say)
  addEventListener('pageshow', say)
}
