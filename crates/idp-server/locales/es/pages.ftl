help-label = Ayuda:
language-menu = Idioma
error-before-title = Error: { $title }
incident-help = Si necesita ayuda, dé este código a su administrador:
mistakes = Corrija lo siguiente:
show = Mostrar
hide = Ocultar

unit-hours = h
unit-minutes = min
unit-seconds = s
date-of-day = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
date-with-time = { $date }, { $time } UTC

step-of = Paso { $number } de { $count }
to-continue-to = para continuar en { $application }
signing-in-as = Inicio de sesión como { $person }
use-another-method = Usar otro método
start-again = ¿No es usted? Empezar de nuevo
cancel-and-go-back = Cancelar y volver a { $application }
sign-in-ends-in = Este inicio de sesión termina en { $left }.
sign-in-ended = Este inicio de sesión ha terminado. Vuelva a la aplicación y empiece de nuevo.
code-valid-until = El código es válido hasta las { $time } ({ $left }).
code-not-valid = El código ya no es válido.
request-valid-until = La solicitud es válida hasta las { $time } ({ $left }).
request-not-valid = La solicitud ya no es válida.
link-valid-until = El enlace es válido hasta las { $time } ({ $left }).
link-not-valid = El enlace ya no es válido.
available-in = Disponible en { $left }, a las { $time }.
reload-then = Recargue entonces esta página.
usable-now = Ya puede usar «{ $button }».
code-of-digits = { $count ->
    [one] { $count } cifra
   *[other] { $count } cifras
}
code-of-characters = { $count ->
    [one] { $count } letra o cifra
   *[other] { $count } letras y cifras
}
code-from-to-digits = de { $least } a { $most } cifras
code-from-to-characters = de { $least } a { $most } letras y cifras
choose-title = Elija cómo iniciar sesión

passing-title = Continuar en { $application }
passing-heading = Le llevamos a { $application }
passing-button = Continuar
unsolicited-text = Un enlace le ha traído aquí para iniciar sesión en { $application }. Continúe solo si es lo que desea.

home-title = Inicio de sesión único
home-text = Este servidor inicia la sesión de las personas en las aplicaciones. Para iniciar sesión, abra la aplicación que quiere usar: le traerá aquí y le llevará de vuelta.
home-signed-out = Ha cerrado la sesión.
home-signed-in = Ha iniciado sesión como { $person }.
home-console = Abrir la consola de administración
home-for-administrators = Para administradores de aplicaciones
home-metadata = Este es un proveedor de identidad SAML 2.0. Regístrelo en su aplicación con sus metadatos:
home-metadata-link = Metadatos SAML
home-entity-id = Entity ID

left-title = No ha iniciado sesión
left-text = No se ha cambiado nada. Puede volver a intentarlo cuando quiera o cerrar esta ventana.
left-again = Iniciar sesión en { $application }
return-to = Volver a { $application }

enrolment-title = Puede añadir su número de móvil
enrolment-how = Abra ahora la aplicación que quiere usar e inicie sesión en ella con este navegador. Después de la contraseña se le pedirá su número de móvil, y se enviará un código a ese número.
enrolment-once = Esto funciona una sola vez, durante { $left } más. Si no lo ha pedido, cierre esta ventana y avise a su administrador.

username = Nombre de usuario
password = Contraseña
password-again = Repita la contraseña
password-title = Elija una contraseña
password-intro = Es para la cuenta que aparece abajo. El enlace que le trajo aquí funciona una sola vez, y nadie más conocerá la contraseña.
password-save = Guardar la contraseña
password-done-title = Su contraseña está guardada
password-done-text = A partir de ahora, { $username } inicia sesión con la contraseña que eligió. El enlace ya no funciona, y la cuenta se ha cerrado en todos los sitios donde estaba abierta.
password-done-next = Abra ahora la aplicación que quiere usar e inicie sesión en ella. Lo demás que pida, como un código por mensaje de texto, lo pedirá como antes.
password-rule-length = { $least ->
    [one] Al menos { $least } carácter; lo más fácil son unas palabras que no tengan relación entre sí.
   *[other] Al menos { $least } caracteres; lo más fácil son unas palabras que no tengan relación entre sí.
}
password-rule-any = Cualquier carácter, incluidos los espacios. No hacen falta cifras ni símbolos.
password-rule-unknown = Que no sea una contraseña conocida de otros sitios ni su nombre de usuario.
passwords-differ = Las dos contraseñas no coinciden. Escriba la misma dos veces.

bootstrap-title = Crear el primer administrador
bootstrap-intro = Esta cuenta administra el servidor. El enlace que le trajo aquí funciona una sola vez.
bootstrap-create = Crear administrador
bootstrap-done-title = El administrador está creado
bootstrap-done-text = { $username } ya puede iniciar sesión con la contraseña que eligió. El enlace ya no funciona.
bootstrap-done-next = Ahora inicie sesión en la consola. Allí se registran las aplicaciones en las que la gente iniciará sesión.

# Cerrar sesión, aquí y en las aplicaciones.
logout-title = Cerrar sesión
logout-question = Si cierra la sesión, se cerrará aquí y en estas aplicaciones:
logout-question-here = Si cierra la sesión, se cerrará aquí. No hay que avisar a ninguna aplicación.
logout-nobody = No ha iniciado sesión.
logout-telling-title = Cerrando su sesión
logout-telling = Aquí su sesión está cerrada. Ahora la cierra { $application }.
logout-go-on = Continuar sin esperar
logout-done-title = Su sesión está cerrada
logout-complete = Su sesión está cerrada aquí y en todas las aplicaciones que ha usado.
logout-partial = Aquí su sesión está cerrada, pero no todas las aplicaciones han confirmado que la han cerrado. En un ordenador compartido, cierre ahora el navegador.
logout-state-pending = se avisará a continuación
logout-state-waiting = se está avisando
logout-state-ended = ha cerrado su sesión
logout-state-refused = no ha cerrado su sesión
logout-state-timed-out = no ha respondido
logout-state-cannot-be-told = no se puede avisar; cierre la sesión allí usted mismo
logout-retry = Reintentar
logout-back-soon = Volverá en unos segundos.
logout-stay = Permanecer en esta página
