@echo off
rem Runs Ocelli from a source tree on Windows. The jar's bootstrap finds the right JDK and its options by itself.
setlocal
set "ROOT=%~dp0"
set "JAR=%ROOT%cli\target\ocelli.jar"
if not exist "%JAR%" (
  where mvn >nul 2>nul
  if errorlevel 1 (
    echo ocelli: the jar must be built and Maven is not installed; install it and start again 1>&2
    exit /b 6
  )
  echo ocelli: building, once ^(about a minute^) 1>&2
  pushd "%ROOT%"
  call mvn -q -B -pl cli -am -Dmaven.test.skip=true -Dspotless.check.skip=true package 1>&2
  if errorlevel 1 (
    popd
    echo ocelli: the build failed 1>&2
    exit /b 6
  )
  popd
)
set "JAVA=java"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
if defined OCELLI_JAVA_HOME set "JAVA=%OCELLI_JAVA_HOME%\bin\java.exe"
"%JAVA%" -jar "%JAR%" %*
exit /b %ERRORLEVEL%
