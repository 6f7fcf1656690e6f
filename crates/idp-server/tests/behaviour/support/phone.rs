//! An SMS gateway that keeps what it is told, and behaves as it is told.
//!
//! A server answers before every message is out: it sends the rest in the background. So whoever
//! looks at the messages waits until the servers have nothing left to send.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{HttpResponse, HttpServer, web};
use idp_server::app::App;
use serde::Deserialize;

/// What the gateway answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Behaviour {
    /// 202, and the message is kept.
    Accept,
    /// This status, and nothing is kept.
    Fail(u16),
}

#[derive(Clone, Deserialize)]
pub struct Message {
    pub to: String,
    pub text: String,
}

struct State {
    messages: Vec<Message>,
    behaviour: Behaviour,
}

pub struct Phone {
    pub url: String,
    state: Arc<Mutex<State>>,
    senders: Mutex<Vec<Weak<App>>>,
    handle: ServerHandle,
}

impl Phone {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/sms", listener.local_addr().expect("bound"));
        let state =
            Arc::new(Mutex::new(State { messages: Vec::new(), behaviour: Behaviour::Accept }));
        let shared = web::Data::new(Arc::clone(&state));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    actix_web::App::new()
                        .app_data(shared.clone())
                        .route("/sms", web::post().to(receive))
                })
                .workers(1)
                .disable_signals()
                .listen(listener)
                .expect("listening")
                .run();
                sender.send(server.handle()).expect("the test waits");
                server.await
            })
        });
        let handle = receiver.recv().expect("the phone starts");
        Self { url, state, senders: Mutex::default(), handle }
    }

    /// A server that sends messages here.
    pub fn hears_from(&self, server: &Arc<App>) {
        self.senders.lock().expect("not poisoned").push(Arc::downgrade(server));
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.state.lock().expect("not poisoned").behaviour = behaviour;
    }

    /// Every message, once nothing is being sent any more.
    pub fn messages(&self) -> Vec<Message> {
        self.wait_until_all_is_sent();
        self.messages_so_far()
    }

    /// What arrived, whatever is still being sent.
    pub fn messages_so_far(&self) -> Vec<Message> {
        self.state.lock().expect("not poisoned").messages.clone()
    }

    /// The code in the newest message.
    pub fn code(&self) -> String {
        let messages = self.messages();
        let text = &messages.last().expect("a message arrived").text;
        let digits: String = text
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        assert_eq!(digits.len(), 6, "no code in {text:?}");
        digits
    }

    /// A server counts a message before it answers the request that asked for it, and until the
    /// message is sent and noted.
    pub fn wait_until_all_is_sent(&self) {
        let senders: Vec<_> =
            self.senders.lock().expect("not poisoned").iter().filter_map(Weak::upgrade).collect();
        // The caller is on a thread of a runtime, which must not wait itself.
        let waiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            runtime.expect("a runtime").block_on(async {
                for sender in senders {
                    let left = sender.sms.background.finish(Duration::from_mins(1)).await;
                    assert_eq!(left, 0, "messages are still being sent");
                }
            });
        });
        waiting.join().expect("nothing is being sent any more");
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn receive(state: web::Data<Arc<Mutex<State>>>, message: web::Json<Message>) -> HttpResponse {
    let mut state = state.lock().expect("not poisoned");
    match state.behaviour {
        Behaviour::Accept => {
            state.messages.push(message.into_inner());
            HttpResponse::Accepted().finish()
        }
        Behaviour::Fail(status) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(status).expect("a status"))
                .finish()
        }
    }
}
