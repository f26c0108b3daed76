"""Makes vectors.json: encrypted tokens of another implementation (PyPI: jwcrypto), good ones and bad ones.

usage: python make.py > vectors.json
"""

import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwcrypto import jwe, jwk, jws

# As in the other tests: see `issuer.rs`.
NOW = 1_800_000_000

KEYS = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
}
USELESS = {
    "rsa1024": rsa.generate_private_key(public_exponent=65537, key_size=1024),
    "p521": ec.generate_private_key(ec.SECP521R1()),
}


def pem(key, form=serialization.PrivateFormat.PKCS8):
    return key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    ).decode()


def of(key):
    return jwk.JWK.from_pem(pem(key).encode())


signer = jwk.JWK.generate(kty="EC", crv="P-256", kid="k1")
claims = {
    "iss": "https://login.example.com/",
    "aud": "acme-tools",
    "sub": "user-7",
    "scope": "pets.read",
    "exp": NOW + 600,
    "department": "sales",
}


def signed(key=signer):
    token = jws.JWS(json.dumps(claims))
    token.add_signature(key, None, json.dumps({"alg": "ES256", "kid": "k1"}))
    return token.serialize(compact=True)


def encrypted(recipient, alg, enc, text=None, **more):
    header = {"alg": alg, "enc": enc, "cty": "JWT", **more}
    header = {name: value for name, value in header.items() if value is not None}
    allowed = ["RSA1_5", "dir", "A128KW", alg, enc]
    token = jwe.JWE(text or signed(), json.dumps(header), algs=allowed)
    token.add_recipient(recipient)
    return token.serialize(compact=True)


contents = ["A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512"]
managements = [
    ("RSA-OAEP", "rsa"),
    ("RSA-OAEP-256", "rsa"),
    ("ECDH-ES", "p256"),
    ("ECDH-ES", "p384"),
    ("ECDH-ES+A128KW", "p256"),
    ("ECDH-ES+A256KW", "p256"),
    ("ECDH-ES+A256KW", "p384"),
]
good = [
    {"alg": alg, "enc": enc, "key": key, "token": encrypted(of(KEYS[key]), alg, enc)}
    for alg, key in managements
    for enc in contents
]
parties = encrypted(of(KEYS["p256"]), "ECDH-ES", "A128GCM", apu="QWxpY2U", apv="Qm9i")
good.append({"alg": "ECDH-ES", "enc": "A128GCM", "key": "p256", "token": parties})

us, octets = of(KEYS["rsa"]), jwk.JWK.generate(kty="oct", size=128)
unsigned = "eyJhbGciOiJub25lIn0." + signed().split(".")[1] + "."
stranger = jwk.JWK.generate(kty="EC", crv="P-256", kid="k1")
bad = {
    "RSA1_5": encrypted(us, "RSA1_5", "A128GCM"),
    "dir": encrypted(octets, "dir", "A128GCM"),
    "A128KW": encrypted(octets, "A128KW", "A128GCM"),
    "A192GCM": encrypted(us, "RSA-OAEP-256", "A192GCM"),
    "compressed": encrypted(us, "RSA-OAEP-256", "A128GCM", zip="DEF"),
    "no cty": encrypted(us, "RSA-OAEP-256", "A128GCM", cty=None),
    "other cty": encrypted(us, "RSA-OAEP-256", "A128GCM", cty="json"),
    "for another": encrypted(jwk.JWK.generate(kty="RSA", size=2048), "RSA-OAEP-256", "A128GCM"),
    "for another curve": encrypted(of(USELESS["p521"]), "ECDH-ES", "A128GCM"),
    "unsigned within": encrypted(us, "RSA-OAEP-256", "A128GCM", unsigned),
    "claims within": encrypted(us, "RSA-OAEP-256", "A128GCM", json.dumps(claims)),
    "a stranger's within": encrypted(us, "RSA-OAEP-256", "A128GCM", signed(stranger)),
    "encrypted within": encrypted(
        us, "RSA-OAEP-256", "A128GCM", encrypted(us, "RSA-OAEP-256", "A128GCM")
    ),
}

print(
    json.dumps(
        {
            "jwks": {"keys": [json.loads(signer.export_public())]},
            "keys": {name: pem(key) for name, key in KEYS.items()},
            "useless": {
                **{name: pem(key) for name, key in USELESS.items()},
                "pkcs1": pem(KEYS["rsa"], serialization.PrivateFormat.TraditionalOpenSSL),
                "public": of(KEYS["rsa"]).export_to_pem().decode(),
            },
            "good": good,
            "bad": bad,
        },
        indent=1,
    )
)
