new-password-short = La contraseña es demasiado corta: tiene { $found } de al menos { $least } caracteres.
new-password-long = La contraseña ocupa más de { $most } bytes; use una más corta.
new-password-control = La contraseña contiene un carácter de control, como un tabulador o un salto de línea; quítelo.
new-password-common = La contraseña es de las que los atacantes prueban primero; elija otra.
new-password-personal = La contraseña contiene «{ $word }», que es fácil de adivinar para esta cuenta; añada al menos ocho caracteres más o elija otra.
new-password-repeated = La contraseña repite un mismo fragmento; elija otra.
new-password-run = La contraseña es una serie de letras, cifras o teclas seguidas; elija otra.
