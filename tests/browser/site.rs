//! Pages to try the harness on, under as strict a policy as the product's.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

const FORM: &str = "<h1>Contact</h1><p>Cookies: {cookie}</p>
<p><a href='/done'>All contacts</a> <a href='/nothing'>Nothing new</a> <a href='/file'>Download</a>
   <a href='#end'>Skip</a></p>
<form method=post action=/form>
<p><label for=name>Name</label> <input id=name name=name value=old></p>
<p><label for=note>Note (optional)</label> <textarea id=note name=note>old</textarea></p>
<fieldset><legend>Fuel</legend>
<label><input type=radio name=fuel value=gas> Gas</label> <label><input type=radio name=fuel value=both> Both</label></fieldset>
<fieldset><legend>Urgent</legend>
<label><input type=radio name=urgent value=yes> Yes</label> <label><input type=radio name=urgent value=no> No</label></fieldset>
<p><label for=org>Organisation</label> <select id=org name=org><option value=1>One<option value=2>Two</select></p>
<p><label><input type=checkbox name=agree value=on> I agree</label></p>
<p><button>Save  contact</button> <button type=button>Count</button></p>
<details><summary>More</summary><a href='/done'>Hidden until open</a></details>
</form><p id=end>Script is <span id=script>off</span></p>";

const SCRIPT: &str = "const said = document.querySelector('#script');
if (said) said.textContent = 'on';
document.querySelector('[type=button]')?.addEventListener('click', (event) => { event.target.textContent += ' 1'; });";

const THROWS: &str = "console.error('said'); throw new Error('thrown');";

const COOKIES: &str = "Set-Cookie: __Host-secure=1; Secure; HttpOnly; SameSite=Lax; Path=/\r\n\
Set-Cookie: plain=1; Path=/\r\nSet-Cookie: secure=1; Secure; Path=/\r\n";

const BAD: &str = "<h1>Bad</h1><img src=/pixel.png><p style='color:red'>Styled</p>
<script>inline()</script><script src=/throws.js></script>";

/// Serves the pages until the tests end; tells where.
pub fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(&stream.unwrap()));
        }
    });
    site
}

fn answer(mut stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length, mut cookie) = (String::new(), 0, String::new());
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {
        let line = head.lines().last().unwrap_or_default();
        let (name, value) = line.split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "cookie" => value.clone_into(&mut cookie),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());

    let (mut status, mut kind, mut extra) = ("200 OK", "text/html", String::new());
    let content = match (method, path) {
        ("POST", "/form") if body.starts_with("name=&") => {
            status = "422 Unprocessable Content";
            page("<h1>Error: Contact</h1><p>Enter a name")
        }
        ("POST", "/form") => {
            thread::sleep(Duration::from_millis(100));
            status = "303 See Other";
            extra = format!("Location: /done?{body}\r\n");
            String::new()
        }
        (_, "/form") => {
            COOKIES.clone_into(&mut extra);
            page(&FORM.replace("{cookie}", &cookie))
        }
        (_, "/bad") => page(BAD),
        (_, "/nothing" | "/pixel.png") => {
            status = if path == "/nothing" { "204 No Content" } else { "404 Not Found" };
            String::new()
        }
        (_, "/file") => {
            "Content-Disposition: attachment\r\n".clone_into(&mut extra);
            "a,b".to_owned()
        }
        (_, "/script.js" | "/throws.js") => {
            kind = "text/javascript";
            if path == "/script.js" { SCRIPT.to_owned() } else { THROWS.to_owned() }
        }
        _ => page(&format!("<h1>Done</h1><p>{}", path.replace('&', " "))),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Security-Policy: {POLICY}\r\n{extra}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{content}",
        content.len()
    );
}

fn page(content: &str) -> String {
    let title = content.split(['>', '<']).nth(2).unwrap_or_default();
    format!(
        "<!doctype html><html lang=en><title>{title}</title><script defer src=/script.js></script>\
         <main>{content}</main>"
    )
}
