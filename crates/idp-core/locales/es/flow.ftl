span-of-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
span-of-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
span-of-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}

throttled = Hubo demasiadas respuestas incorrectas. Espere { $wait } y vuelva a intentarlo.
throttled-long = Hubo demasiadas respuestas incorrectas. Espere { $wait } y vuelva a intentarlo, o pida a su administrador que lo desbloquee.
locked = Hubo demasiadas respuestas incorrectas, por lo que este inicio de sesión está bloqueado. Pida a su administrador que lo desbloquee.
