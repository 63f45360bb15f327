@echo off
rem Runs the Copilot command line from the source tree, and builds it first if a source is newer than the last build.
rem COPILOT_JAVA_OPTS is passed to the JVM. The working directory stays yours.
setlocal
set "HOME_=%~dp0"
if "%HOME_:~-1%"=="\" set "HOME_=%HOME_:~0,-1%"

if defined JAVA_HOME (set "JAVA=%JAVA_HOME%\bin\java.exe") else (set "JAVA=java.exe")
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo copilot: no java found. Install a JDK 17 or newer, or set JAVA_HOME to one. 1>&2
    exit /b 1
)
set "VERSION="
for /f "tokens=3" %%v in ('""%JAVA%" -version 2>&1" ^| findstr /c:" version "') do if not defined VERSION set "VERSION=%%~v"
for /f "tokens=1,2 delims=.-+" %%a in ("%VERSION%") do if "%%a"=="1" (set "MAJOR=%%b") else (set "MAJOR=%%a")
if not defined MAJOR set "MAJOR=0"
if %MAJOR% LSS 17 (
    echo copilot: this is Java %VERSION%. Copilot needs Java 17 or newer: set JAVA_HOME to a JDK 17 or newer. 1>&2
    exit /b 1
)

set "JAR=%HOME_%\copilot-server\app\target\copilot.jar"
set "STAMP=%HOME_%\target\copilot.built"

rem Exit code 1: a part of the last build is missing, or one of its sources has changed since.
powershell -NoProfile -Command "$h=$env:HOME_; if (!(Test-Path -LiteralPath $env:JAR) -or !(Test-Path -LiteralPath $env:STAMP) -or !(Test-Path \"$h\plugins-example\hello\target\*.jar\") -or !(Test-Path \"$h\plugins-example\docs\target\*.zip\") -or !(Test-Path \"$h\plugins-example\assistant\target\*.zip\")) { exit 1 }; $t=(Get-Item -LiteralPath $env:STAMP).LastWriteTimeUtc; $n=Get-ChildItem -Recurse -Path \"$h\pom.xml\",\"$h\.mvn\",\"$h\copilot-api\",\"$h\copilot-core\",\"$h\copilot-authoring\",\"$h\copilot-storage\jdbc\",\"$h\copilot-security\encryption\",\"$h\copilot-server\app\",\"$h\plugins-example\hello\",\"$h\plugins-example\docs\",\"$h\plugins-example\assistant\" | Where-Object { $_.LastWriteTimeUtc -gt $t -and $_.FullName -notmatch '\\target(\\|$)' -and ($_.Name -eq 'pom.xml' -or $_.FullName -match '\\(src|\.mvn)\\') } | Select-Object -First 1; if ($n) { exit 1 } else { exit 0 }"
if not errorlevel 1 goto run

where mvn >nul 2>&1
if errorlevel 1 (
    echo copilot: no mvn found to build the command line with. Install Maven 3.8.6 or newer. 1>&2
    exit /b 1
)
echo copilot: building from source (once, and again when a source changes) ... 1>&2
if not exist "%HOME_%\target" mkdir "%HOME_%\target"
type nul > "%STAMP%.new"
pushd "%HOME_%"
call mvn -B -q -ntp -Dstyle.color=never -pl copilot-server/app,plugins-example/hello,plugins-example/docs,plugins-example/assistant -am package -Dmaven.test.skip=true 1>&2
set "STATUS=%ERRORLEVEL%"
popd
if not "%STATUS%"=="0" (
    del "%STAMP%.new"
    echo copilot: the build failed, see above. 1>&2
    exit /b 1
)
move /y "%STAMP%.new" "%STAMP%" >nul

:run
set "PLUGINS="
for /f "delims=" %%f in ('dir /b /o-d "%HOME_%\plugins-example\hello\target\*.jar" 2^>nul') do if not defined PLUGINS set "PLUGINS=%HOME_%\plugins-example\hello\target\%%f"
set "DOCS="
for /f "delims=" %%f in ('dir /b /o-d "%HOME_%\plugins-example\docs\target\*.zip" 2^>nul') do if not defined DOCS set "DOCS=%HOME_%\plugins-example\docs\target\%%f"
if defined DOCS set "PLUGINS=%PLUGINS%;%DOCS%"
set "ASSISTANT="
for /f "delims=" %%f in ('dir /b /o-d "%HOME_%\plugins-example\assistant\target\*.zip" 2^>nul') do if not defined ASSISTANT set "ASSISTANT=%HOME_%\plugins-example\assistant\target\%%f"
if defined ASSISTANT set "PLUGINS=%PLUGINS%;%ASSISTANT%"

"%JAVA%" --enable-native-access=ALL-UNNAMED %COPILOT_JAVA_OPTS% "-Dcopilot.launcher.plugins=%PLUGINS%" "-Dcopilot.launcher.root=%HOME_%" -jar "%JAR%" %*
exit /b %ERRORLEVEL%
