outside-sign-in-title = Inicie sesión de nuevo
outside-sign-in-lost = Su sesión ya no está abierta, así que no se ha cambiado nada y lo que escribió no se ha guardado.
outside-sign-in-how = Inicie sesión en otra ventana y luego vuelva al formulario en esta: la mayoría de los navegadores conservan lo que escribió. Cópielo en un formulario nuevo.
outside-sign-in = Iniciar sesión
outside-sign-out = Cerrar sesión

outside-confirm-title = Confirme que es usted
outside-confirm-why = Este cambio debilita la seguridad, por lo que exige un inicio de sesión de los últimos cinco minutos. No se ha cambiado nada y lo que escribió no se ha guardado.
outside-confirm-how = Después de iniciar sesión de nuevo volverá a un formulario vacío y tendrá al menos tres minutos para enviarlo. Para conservar lo que escribió, vuelva atrás y cópielo antes.
outside-confirm = Iniciar sesión de nuevo
outside-no-role-title = La consola no es para esta cuenta
outside-no-role-how = Pida un rol a un administrador, o cierre la sesión e inicie sesión con otra cuenta.
outside-nobody-title = Nadie administra todavía este servidor
outside-nobody-how = El primer administrador se crea con un enlace que el servidor mostró al arrancar; está en su salida o en su registro. Abra ese enlace. Un reinicio muestra uno nuevo.
