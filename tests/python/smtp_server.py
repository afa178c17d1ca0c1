"""A mail server that answers as it is told, for the tests of mails.

Prints one JSON line {"port": …, "ca": …} once it listens, and ends when its standard input does. Every message that it is given
in full is kept in FOLDER as NNNN.eml, with NNNN.json beside it (envelope, answer, whether TLS and an account were used, and
what Python's own parser makes of the message), whatever it then answers.

What it answers to DATA comes from --answers, one after the other, the last one for ever:
  "250 OK", "451 later"…   that reply
  close                    ends the connection without a reply
  hang                     never replies
  wait:PATH                replies 250 once PATH exists
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import pathlib
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, options):
        self.options = options
        self.answers = list(options.answers)
        self.number = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.options.rcpt:
            return self.options.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.number += 1
        name = self.options.folder / f"{self.number:04}"
        name.with_suffix(".eml").write_bytes(envelope.content)
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "answer": answer,
            "tls": session.ssl is not None or self.options.tls == "implicit",
            "authenticated": bool(session.authenticated),
            "peer": session.peer[1],
            "accepted": answer.startswith(("250", "wait:")),
            **parsed(envelope.content),
        }
        # Written under another name first: whoever sees the name sees it whole.
        part = name.with_suffix(".part")
        part.write_text(json.dumps(facts))
        part.rename(name.with_suffix(".json"))
        if answer == "close":
            server.transport.abort()
            return "250 never seen"
        if answer == "hang":
            await asyncio.Event().wait()
        if answer.startswith("wait:"):
            while not pathlib.Path(answer.removeprefix("wait:")).exists():
                await asyncio.sleep(0.01)
            return "250 OK"
        return answer


def parsed(content):
    """What a reader of mails sees."""
    message = email.message_from_bytes(content, policy=email.policy.default)

    def body(kind):
        part = message.get_body((kind,))
        return part and part.get_content().replace("\r\n", "\n")

    return {
        "headers": {name: str(value) for name, value in message.items()},
        "names": sorted(name.lower() for name in message.keys()),
        "text": body("plain"),
        "html": body("html"),
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
    }


class Silent(asyncio.Protocol):
    """Accepts connections and never greets."""


def tls_context(folder):
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context, str(ca)


async def serve(options):
    loop = asyncio.get_running_loop()
    context, ca = tls_context(options.folder) if options.tls != "none" else (None, None)
    handler = Handler(options)

    def authenticator(server, session, envelope, mechanism, data):
        user, _, password = (options.account or "").partition(":")
        right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    def protocol():
        if options.silent:
            return Silent()
        return SMTP(
            handler,
            hostname="localhost",
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            auth_required=options.account is not None,
            auth_require_tls=options.tls == "starttls",
            authenticator=authenticator if options.account else None,
            enable_SMTPUTF8=options.smtputf8,
            loop=loop,
        )

    server = await loop.create_server(
        protocol, "localhost", 0, ssl=context if options.tls == "implicit" else None, family=2
    )
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "ca": ca}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--answers", nargs="+", default=["250 OK"])
    parser.add_argument("--rcpt", help="reply to RCPT")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--account", help="user:password")
    parser.add_argument("--smtputf8", action="store_true")
    parser.add_argument("--silent", action="store_true", help="never greets")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options))
    finally:
        # Connections that hang do not keep the process.
        os._exit(0)


if __name__ == "__main__":
    main()
