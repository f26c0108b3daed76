//! `token FILE` makes an issuer for the gateway `pipelines`: writes its key set to the file, and prints a
//! token that is good for an hour.

use std::error::Error;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: token FILE")?;
    let key = Ed25519KeyPair::generate()?;
    let public = BASE64.encode(key.public_key().as_ref());
    std::fs::write(
        file,
        format!(
            r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"bench","x":"{public}"}}]}}"#
        ),
    )?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let header = BASE64.encode(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"bench"}"#);
    let claims = BASE64.encode(format!(
        r#"{{"iss":"https://login.pipelines.example/","aud":"https://pipelines.example/guarded/mcp","sub":"ann","client_id":"bench","scope":"pets.read","department":"sales","iat":{now},"exp":{}}}"#,
        now + 3600
    ));
    let signed = format!("{header}.{claims}");
    let signature = BASE64.encode(key.sign(signed.as_bytes()));
    writeln!(std::io::stdout(), "{signed}.{signature}")?;
    Ok(())
}
