// An OpenID Connect provider for the tests: node-oidc-provider, which knows two clients, `desk` and `robot`,
// and gives them access tokens that are JWTs (RFC 9068), or opaque ones about which it answers questions
// (RFC 7662). `POST /rotate` makes it sign with a new key from then on. Where there is a file with an RSA key, its
// JWTs are encrypted for that (RFC 7516).
//
// usage: node oidc.mjs FOLDER-OF-NODE_MODULES AUDIENCE [jwt | opaque] [KEY-FILE]

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, audience, format = 'jwt', keyFile] = process.argv.slice(2);
const encrypt = keyFile && { alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', key: createPublicKey(readFileSync(keyFile)) };
const found = createRequire(join(folder, 'package.json')).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(found));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let number = 0;
  let handle;

  function rotate() {
    number += 1;
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const provider = new Provider(issuer, {
      clients: ['desk', 'robot'].map((name) => ({
        client_id: name,
        client_secret: `${name}-secret`,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
      jwks: { keys: [{ ...key, kid: `key-${number}`, use: 'sig', alg: 'ES256' }] },
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      scopes: ['pets.read', 'pets.write'],
      extraTokenClaims: (context, token) => ({
        department: 'sales',
        roles: token.clientId === 'robot' ? ['gold.access'] : [],
      }),
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: (context, client) => client.clientId === 'desk' },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => audience,
          getResourceServerInfo: () => ({
            scope: 'pets.read pets.write',
            audience,
            accessTokenTTL: 600,
            accessTokenFormat: format,
            jwt: { sign: { alg: 'ES256' }, encrypt },
          }),
        },
      },
    });
    handle = provider.callback();
  }

  rotate();
  server.on('request', (request, response) => {
    if (request.url === '/rotate') {
      rotate();
      response.end('rotated\n');
    } else {
      handle(request, response);
    }
  });
  console.log(`provider at ${issuer}`);
});
