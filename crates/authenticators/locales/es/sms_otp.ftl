sms-otp-name = Código por mensaje de texto
sms-otp-title = Introduzca su código
sms-otp-code = Código
sms-otp-continue = Continuar
sms-otp-send-new = Enviar un código nuevo
sms-otp-use-backup = Usar un código de reserva
sms-otp-use-message = Usar un código por mensaje de texto
sms-otp-few-backup = Casi no le quedan códigos de reserva. Pida otros nuevos a su administrador.
sms-otp-use-my-number = Usar el número que tengo
sms-otp-use-another-number = Usar otro número
sms-otp-add-number = Añadir un número de móvil
sms-otp-not-now = Ahora no
sms-otp-number-changed = Mi número de móvil ha cambiado
sms-otp-number-intro = Enviaremos un código a ese número. Cuando lo introduzca, los códigos de sus inicios de sesión llegarán a él.
sms-otp-number-hint = Con el prefijo del país, como { $example }.
sms-otp-number-label = Número de móvil
sms-otp-number-submit = Enviar un código
sms-otp-can-send = Puede pedir que se envíe un código a { $number }.
sms-otp-can-send-in = Se podrá enviar un código a { $number } en { $wait }.
sms-otp-cannot-send = En este inicio de sesión no se pueden enviar más códigos a { $number }.
sms-otp-meant-for = El código era para { $number }.
sms-otp-sent = Hemos enviado un código a { $number }.
sms-otp-on-its-way = Un código va camino de { $number }.
sms-otp-new-on-its-way = Un código nuevo está en camino. Los anteriores ya no valen.
sms-otp-undelivered = No se pudo enviar el mensaje. { $way-on }
sms-otp-expired = El código ha caducado. { $way-on }
sms-otp-no-code = No hay ningún código que se pueda introducir. { $way-on }
sms-otp-press-send = Pulse «Enviar un código nuevo».
sms-otp-new-in = Se podrá enviar un código nuevo en { $wait }.
sms-otp-no-more = En este inicio de sesión no se pueden enviar más códigos. Vuelva a la aplicación e inicie sesión de nuevo.
sms-otp-no-more-use-last = En este inicio de sesión no se pueden enviar más códigos. Use el último que recibió.
sms-otp-no-more-use-backup = En este inicio de sesión no se pueden enviar más códigos. Pulse «Usar un código de reserva».
sms-otp-enter-code = Introduzca el código del mensaje.
sms-otp-enter-number = Introduzca su número de móvil con el prefijo del país.
sms-otp-enter-backup = Introduzca uno de sus códigos de reserva.
sms-otp-no-number = No hay ningún número al que enviar un código. Introduzca un código de reserva.
sms-otp-change-number-title = Cambie su número de móvil
sms-otp-add-number-title = Añada su número de móvil
sms-otp-no-proof = Aquí no se puede añadir un número. Pida a su administrador un enlace de registro.
sms-otp-not-served = No se envían códigos al país de este número. Introduzca otro número.
sms-otp-not-a-number = No se envió ningún código. { $problem }
sms-otp-backup-accepted = El código de reserva es correcto. Ya puede añadir su número de móvil.
sms-otp-backup-title = Introduzca un código de reserva
sms-otp-backup-label = Código de reserva
sms-otp-backup-intro = { $left ->
    [one] Cada código de reserva funciona una sola vez. Le queda uno.
   *[other] Cada código de reserva funciona una sola vez. Le quedan { $left }.
}
sms-otp-no-backup = No le quedan códigos de reserva. Pida otros nuevos a su administrador.
sms-otp-not-a-backup = Un código de reserva solo tiene cifras. Compruebe su lista y vuelva a intentarlo.
sms-otp-wrong-backup = El código no es correcto o ya se usó. Compruébelo y vuelva a intentarlo.
sms-otp-backup-throttled = Hubo demasiados códigos de reserva incorrectos. Podrá probar otro en { $wait }.
sms-otp-backup-locked = Hubo demasiados códigos de reserva incorrectos, por lo que están bloqueados. Pida a su administrador que los desbloquee.
sms-otp-void = El código no es correcto y, tras tantos intentos, ya no vale. { $way-on }
sms-otp-wrong = { $left ->
    [one] El código no es correcto. Le queda un intento.
   *[other] El código no es correcto. Le quedan { $left } intentos.
}
sms-otp-form-digits = { $count ->
    [one] El código tiene { $count } cifra. Compruebe el mensaje y vuelva a intentarlo.
   *[other] El código tiene { $count } cifras. Compruebe el mensaje y vuelva a intentarlo.
}
sms-otp-form-characters = { $count ->
    [one] El código tiene { $count } letra o cifra. Compruebe el mensaje y vuelva a intentarlo.
   *[other] El código tiene { $count } letras y cifras. Compruebe el mensaje y vuelva a intentarlo.
}
