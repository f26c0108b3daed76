//! The pet store itself: a REST API in memory, on a loopback port, with nothing but the standard
//! library and `serde_json`. It knows nothing of gateways.

mod http;
mod shop;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use shop::Shop;

/// Starts the store on a free port and tells its URL.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    let shop = Arc::new(Mutex::new(Shop::stocked()));
    thread::Builder::new()
        .name("petstore".to_owned())
        .spawn(move || {
            for connection in listener.incoming().flatten() {
                let shop = Arc::clone(&shop);
                let answer = move |request: &http::Request| {
                    shop.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .answer(request)
                };
                // A connection that cannot be served is its client's loss.
                let _ = thread::Builder::new().spawn(move || http::serve(connection, answer));
            }
        })?;
    Ok(url)
}
