// An OpenID Connect provider for the tests: node-oidc-provider, which knows one client and gives it
// access tokens that are JWTs (RFC 9068). `POST /rotate` makes it sign with a new key from then on.
//
// usage: node oidc.mjs FOLDER-OF-NODE_MODULES AUDIENCE

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, audience] = process.argv.slice(2);
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
      clients: [{
        client_id: 'desk',
        client_secret: 'desk-secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      }],
      jwks: { keys: [{ ...key, kid: `key-${number}`, use: 'sig', alg: 'ES256' }] },
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      scopes: ['pets.read', 'pets.write'],
      extraTokenClaims: () => ({ department: 'sales' }),
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => audience,
          getResourceServerInfo: () => ({
            scope: 'pets.read pets.write',
            audience,
            accessTokenTTL: 600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
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
