#!/bin/bash
# Writes the value in the file $1 in each encoding of docs/seal-encodings.md, as programs write it that are not Cofferdam, to $2/ENCODING/PROGRAM.
set -eu
export LC_ALL=C.UTF-8
value=$1
out=$2
cd "$(dirname "$value")"

put() { # ENCODING FILE: standard input, with something before and after
    mkdir -p "$out/$1"
    { printf 'before '; cat; printf ' after\n'; } > "$out/$1/$2"
}

plain() { # ENCODING FILE: standard input alone
    mkdir -p "$out/$1"
    cat > "$out/$1/$2"
}

put as-is cat < "$value"
cat "$value" | openssl base64 -A | put base64 openssl
openssl base64 -in "$value" | put base64 openssl-lines
{ printf x; cat "$value"; printf ' and more'; } | base64 -w 76 | put base64 coreutils-second
{ printf xy; cat "$value"; printf ' and more'; } | perl -MMIME::Base64 -0777 -ne 'print encode_base64($_)' | put base64 perl-third
busybox base64 "$value" | put base64 busybox
basenc --base64url -w 0 "$value" | put base64url coreutils
base64 -w 0 "$value" | base64 -w 0 | put base64-twice coreutils
iconv -f UTF-8 -t UTF-16LE "$value" | base64 -w 0 | put base64-of-utf-16 iconv
xxd -p "$value" | put hex-lower-case xxd
od -An -v -tx1 "$value" | tr -d ' \n' | put hex-lower-case od
xxd -p -u "$value" | put hex-upper-case xxd
perl -0777 -ne 'print map { sprintf "%%%02X", ord } split //' "$value" | put percent-encoding-of-every-byte perl
perl -0777 -ne 'print map { sprintf "%%%02x", ord } split //' "$value" | put percent-encoding-of-every-byte perl-lower
perl -0777 -pe 's/([^A-Za-z0-9\-._~])/sprintf "%%%02x", ord $1/ge' "$value" | put percent-encoding perl-lower
perl -0777 -ne 'print map { sprintf "\\x%02x", ord } split //' "$value" | put c-string-every-byte perl
perl -0777 -ne 'print map { sprintf "\\%03o", ord } split //' "$value" | put c-string-every-byte perl-octal
perl -0777 -ne 'print scalar reverse $_' "$value" | put reversed perl
perl -MMIME::QuotedPrint -0777 -ne 'print encode_qp($_)' "$value" | put quoted-printable perl
iconv -f UTF-8 -t UTF-16LE "$value" | plain utf-16-le iconv
iconv -f UTF-8 -t UTF-16BE "$value" | plain utf-16-be iconv
sed "s/'/'\\\\''/g" "$value" | put shell-single-quotes sed
if [ "$(wc -l < "$value")" -gt 0 ]; then
    sed 's/$/\r/' "$value" | put lines-broken-anew sed-crlf
    sed 's/^/    /' "$value" | plain lines-broken-anew sed-indented
    tr -d '\n' < "$value" | put lines-broken-anew tr-joined
else
    printf '%q' "$(cat "$value")" | put shell-backslashes bash
fi

python3 - "$value" "$out" <<'PYTHON'
import base64, html, json, os, quopri, re, shlex, sys, urllib.parse
from xml.sax import saxutils

raw = open(sys.argv[1], 'rb').read()
text = raw.decode()

def put(encoding, name, content):
    os.makedirs(os.path.join(sys.argv[2], encoding), exist_ok=True)
    with open(os.path.join(sys.argv[2], encoding, name), 'wb') as file:
        file.write(b'before ' + (content if isinstance(content, bytes) else content.encode()) + b' after\n')

b64 = base64.b64encode(raw).decode()
put('base64url', 'python', base64.urlsafe_b64encode(raw))
put('base64-in-a-url', 'python', urllib.parse.quote(b64, safe=''))
put('base64-in-a-url', 'python-lower', urllib.parse.quote(b64, safe='').replace('%2B', '%2b').replace('%2F', '%2f').replace('%3D', '%3d'))
put('hex-upper-case', 'python', raw.hex().upper())
put('percent-encoding', 'python', urllib.parse.quote(raw, safe=''))
put('percent-encoding', 'python-path', urllib.parse.quote(raw))
put('html-form', 'python', urllib.parse.quote_plus(raw))
put('json-string', 'python', json.dumps(text))
put('json-string', 'python-utf8', json.dumps(text, ensure_ascii=False))
put('json-string', 'php', json.dumps(text).replace('/', '\\/'))
put('xml-or-html', 'python', html.escape(text))
put('xml-or-html', 'python-no-quotes', html.escape(text, quote=False))
put('xml-or-html', 'python-sax', saxutils.escape(text, {'"': '&quot;', "'": '&apos;'}))
put('shell-single-quotes', 'python', shlex.quote(text))
put('shell-backslashes', 'double-quotes', '"' + re.sub(r'([$`"\\])', r'\\\1', text) + '"')
put('yaml-scalar', 'single', "'" + text.replace("'", "''") + "'")
put('yaml-scalar', 'double', '"' + ''.join(json.dumps(one)[1:-1] if ord(one) < 128 else f'\\x{ord(one):02X}' for one in text) + '"')
put('c-string', 'python', repr(raw))
put('c-string', 'c', '"' + ''.join(f'\\{one:03o}' if one > 126 else json.dumps(chr(one))[1:-1] for one in raw) + '"')
put('quoted-printable', 'python', quopri.encodestring(raw))
PYTHON
