unknown-application-title = Esta aplicación no está registrada
unknown-application-text = Una aplicación le envió aquí para iniciar sesión, pero no está registrada en este servidor.
unknown-application-advice = Pida a los responsables de la aplicación que la registren.

bad-request-title = Esta solicitud de inicio de sesión no es válida
bad-request-text = No se pudo aceptar la solicitud de la aplicación, por lo que no se inició ninguna sesión.
bad-request-advice = Vuelva a la aplicación y empiece de nuevo. Si ocurre otra vez, avise a su administrador.

missing-title = Su perfil está incompleto
missing-text = { $application } no deja entrar a nadie sin los siguientes datos, y faltan en su perfil. No se le ha enviado nada.
missing-filled = Su perfil tiene todo lo que { $application } necesita. Continúe con «Intentar de nuevo».
missing-fill = Complete su perfil, que se abre en una ventana nueva. Después vuelva a esta página e inténtelo de nuevo.
missing-open-profile = Abrir mi perfil
missing-open-mobile = Abrir mi número de móvil
missing-by-administrator = (solo un administrador puede añadirlo)
missing-ask = Pida a un administrador que añada lo que usted no puede añadir y dígale el código que aparece abajo.
missing-again = Intentar de nuevo

request-used-title = Este enlace de inicio de sesión ya se usó
request-used-text = Cada solicitud de inicio de sesión funciona una sola vez, y esta ya se respondió. Ocurre al volver atrás o al recargar una página.
request-used-advice = Vuelva a la aplicación y empiece de nuevo.

login-expired-title = Este inicio de sesión ha terminado
login-expired-text = Duró más de lo permitido o se completó en otra ventana.
login-expired-advice = Vuelva a la aplicación y empiece de nuevo.

other-browser-title = Este inicio de sesión pertenece a otro navegador
other-browser-text = Se empezó en otro navegador o ventana, o este navegador no acepta cookies.
other-browser-advice = Permita las cookies de este sitio, vuelva a la aplicación y empiece de nuevo.

form-outdated-title = Esta página estaba desactualizada
form-outdated-text = Lo que envió procedía de una página anterior, así que no se ha cambiado nada.
form-outdated-advice = Vuelva a la aplicación y empiece de nuevo.

foreign-form-title = Este formulario procede de otro sitio
foreign-form-text = Su navegador indica que no se envió desde una página de la dirección propia de este servidor, así que no se ha cambiado nada.
foreign-form-advice = Abra la página aquí, en la dirección que le dio su administrador, y envíelo de nuevo.

link-invalid-title = Este enlace no funciona
link-invalid-text = Funciona una sola vez, durante un tiempo limitado y en un solo navegador: se usó, ha caducado, se copió incompleto o se abrió en otro navegador, o este navegador no acepta cookies.
link-invalid-advice = Empiece de nuevo desde donde vino, o pida un enlace nuevo a quien le dio este.

somebody-faster-title = Otra persona fue más rápida
somebody-faster-text = El primer administrador se creó mientras usted rellenaba esta página, así que no se ha cambiado nada y este enlace ya no sirve.
somebody-faster-advice = Pida una cuenta a ese administrador. Si no sabe quién fue, detenga el servidor y averigüe quién tenía el enlace.

not-found-title = Página no encontrada
not-found-text = No hay nada en esta dirección.
not-found-advice = Compruebe la dirección o vuelva a la aplicación de la que vino.

method-not-allowed-title = Esta página no se puede abrir así
method-not-allowed-text = La dirección existe, pero solo acepta lo que le envían las aplicaciones y los formularios.
method-not-allowed-advice = Vuelva a la aplicación y empiece de nuevo.

internal-error-title = Algo salió mal aquí
internal-error-text = El servidor no pudo hacer lo que pidió. No es culpa suya, y no se inició ninguna sesión.
internal-error-advice = Vuelva a intentarlo en unos minutos. Si ocurre otra vez, avise a su administrador.

denied-account-title = No puede iniciar sesión con esta cuenta
denied-account-text = La cuenta no está activa.
denied-account-advice = Si cree que es un error, consulte a su administrador.

denied-not-enrolled-title = No puede completar este inicio de sesión
denied-not-enrolled-text = La aplicación pide otra prueba que no está configurada para su cuenta, como un número de móvil para recibir códigos.
denied-not-enrolled-advice = Pida a su administrador que la añada y empiece de nuevo desde la aplicación.

denied-unproven-title = Falta su número de móvil
denied-unproven-text = La aplicación pide un código por mensaje de texto, y no hay ningún número de móvil en su cuenta. Puede añadir uno aquí cuando sea seguro que es usted.
denied-unproven-advice = Pida a su administrador un enlace de registro, ábralo en este navegador y empiece de nuevo desde la aplicación.

denied-number-title = No se puede enviar ningún código a su número
denied-number-text = Su número de móvil pertenece a un país al que este servidor no envía códigos.
denied-number-advice = Pida a su administrador otra forma de iniciar sesión, como códigos de reserva, o que cambie el número.

not-open-title = Esta aplicación todavía no está abierta
not-open-text = Se está configurando y, hasta que termine, solo pueden iniciar sesión las personas que la prueban. No se ha iniciado ninguna sesión.
not-open-advice = Vuelva a intentarlo más tarde. Si debe probarla, inicie sesión con la cuenta indicada para ello, por ejemplo en una ventana privada.

denied-expired-title = El inicio de sesión tardó demasiado
denied-expired-text = Por su seguridad, un inicio de sesión debe completarse en un tiempo limitado.
denied-expired-advice = Vuelva a la aplicación y empiece de nuevo.

denied-sends-title = Se pidieron demasiados códigos
denied-sends-text = No se pueden enviar más códigos para este inicio de sesión.
denied-sends-advice = Espere unos minutos y empiece de nuevo desde la aplicación. Si no le llegan los códigos, pida a su administrador que compruebe su número.

denied-attempts-title = Demasiadas respuestas incorrectas
denied-attempts-text = Este inicio de sesión se detuvo para proteger la cuenta.
denied-attempts-advice = Espere unos minutos y empiece de nuevo desde la aplicación.

denied-cancelled-title = El inicio de sesión se canceló
denied-cancelled-text = No se ha iniciado su sesión.
denied-cancelled-advice = Vuelva a la aplicación o cierre esta ventana.

denied-broken-title = No se pudo completar este inicio de sesión
denied-broken-text = Un paso del inicio de sesión no funciona. No es culpa suya, y no se inició ninguna sesión.
denied-broken-advice = Vuelva a intentarlo en unos minutos. Si ocurre otra vez, avise a su administrador.

too-many-requests-title = Demasiadas solicitudes
too-many-requests-text = Llegaron desde su red más solicitudes de las que este servidor acepta a la vez.
busy-title = El servidor está ocupado
busy-text = Están iniciando sesión más personas de las que el servidor puede atender ahora. No se pierde nada.
wait-then-try = Espere { $wait } y vuelva a intentarlo.
wait-a-moment = Espere un momento y vuelva a intentarlo.
