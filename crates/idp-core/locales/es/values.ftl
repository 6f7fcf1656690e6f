# Qué está mal en lo que alguien escribió en un perfil o como nombre de usuario.
username-characters = Un nombre de usuario tiene de 1 a { $most } caracteres: letras, cifras y . _ - + @. Elija otro.
username-taken = Ya existe una cuenta con este nombre de usuario. Elija otro.
value-required = Es obligatorio. Indique un valor.
value-blank = No puede estar en blanco. Para quitarlo, no indique ningún valor.
value-long = Es demasiado largo: use como máximo { $most } caracteres.
value-many = Son demasiados valores: conserve como máximo { $most }.
value-control = Contiene caracteres que no se ven, como un salto de línea. Escríbalo de nuevo.
value-boolean = Debe ser true o false.
value-email = Escriba una dirección de correo como { $example }.
value-pattern = No tiene la forma que se pide aquí. Pregunte a un administrador cuál es.
value-fixed = Aquí no puede cambiarlo usted. Pregunte a un administrador.
