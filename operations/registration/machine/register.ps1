#Requires -Version 5.1
# Makes this machine one that CodeDeploy deploys to. Read it, then run it as an administrator: .\register.ps1
#
# Beside it lie settings.env, which has no secret, and for a machine that is new activation.env, which is one.
# It changes: the agents of Systems Manager and of CodeDeploy, C:\ProgramData\Amazon\CodeDeploy,
# C:\ProgramData\DeliveryAgent, and a scheduled task. Run again it repairs what is missing and leaves the rest.
# Back: .\deregister.ps1
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Stop-With([string]$Reason) {
    [Console]::Error.WriteLine("register: $Reason")
    exit 1
}

function Read-Values([string]$File) {
    $values = @{}
    foreach ($line in Get-Content -LiteralPath $File) {
        $key, $value = $line -split '=', 2
        if ($key) { $values[$key] = $value }
    }
    return $values
}

# A file that is not the one of the stack file is not used.
function Get-Verified([string]$Address, [string]$Sha256, [string]$File) {
    try { Invoke-WebRequest -UseBasicParsing -Uri $Address -OutFile $File }
    catch { Stop-With "cannot fetch $Address; does this machine reach AWS on port 443?" }
    if ((Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash -ne $Sha256) {
        Stop-With "$Address is not the file that the stack file names: its sha256 differs"
    }
}

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Stop-With 'must run as an administrator'
}
if (-not (Test-Path -LiteralPath "$PSScriptRoot\settings.env")) { Stop-With 'settings.env is not beside this script' }
$settings = Read-Values "$PSScriptRoot\settings.env"
$needed = 'APPLICATION', 'ACCOUNT', 'PARTITION', 'REGION', 'ROLE', 'SYSTEM', 'AGENT_PACKAGE', 'AGENT_SHA256',
    'SETUP_TOOL', 'SETUP_SHA256'
foreach ($name in $needed) {
    if (-not $settings[$name]) {
        Stop-With "settings.env does not say $name; write it anew with operations register-script"
    }
}
if ($settings.SYSTEM -ne 'windows') { Stop-With "settings.env is for $($settings.SYSTEM); this script knows windows" }

[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
$region = $settings.REGION
$own = 'C:\ProgramData\DeliveryAgent'
$registration = 'C:\ProgramData\Amazon\SSM\InstanceData\registration'
$work = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null

# --- Systems Manager: gives the machine its name and, hour by hour, its credentials ---
if (-not (Test-Path -LiteralPath $registration)) {
    if (-not (Test-Path -LiteralPath "$PSScriptRoot\activation.env")) {
        Stop-With 'activation.env is not beside this script; operations register-script --activate'
    }
    $activation = Read-Values "$PSScriptRoot\activation.env"
    $tool = "$work\ssm-setup-cli.exe"
    Get-Verified "https://amazon-ssm-$region.s3.$region.amazonaws.com/$($settings.SETUP_TOOL)" `
        $settings.SETUP_SHA256 $tool
    & $tool -register "-activation-id=$($activation.ACTIVATION_ID)" `
        "-activation-code=$($activation.ACTIVATION_CODE)" "-region=$region"
    if ($LASTEXITCODE -ne 0) { Stop-With 'Systems Manager did not take the activation; is it used up or too old?' }
    if (-not (Test-Path -LiteralPath $registration)) { Stop-With 'Systems Manager did not register this machine' }
}
$known = Get-Content -Raw -LiteralPath $registration | ConvertFrom-Json
$machine = $known.ManagedInstanceID
if ($machine -notmatch '^mi-[0-9a-f]+$') { Stop-With "$registration names no machine; run deregister.ps1 first" }
if ($known.Region -ne $region) { Stop-With "$machine is registered in another region; run deregister.ps1 first" }
Set-Service -Name AmazonSSMAgent -StartupType Automatic
Start-Service -Name AmazonSSMAgent

# --- Credentials: a copy for the agent of CodeDeploy, renewed by a scheduled task; SYSTEM and administrators read it ---
New-Item -ItemType Directory -Force -Path $own | Out-Null
& icacls.exe $own /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
if ($LASTEXITCODE -ne 0) { Stop-With "$own could not be closed to others" }
Copy-Item -Force -LiteralPath "$PSScriptRoot\renew-credentials.ps1" -Destination $own
$action = New-ScheduledTaskAction -Execute 'powershell.exe' `
    -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File $own\renew-credentials.ps1"
$every = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 5)
$system = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -RunLevel Highest
Register-ScheduledTask -Force -TaskName 'DeliveryCredentials' -Action $action -Trigger $every -Principal $system |
    Out-Null
$credentials = "$own\credentials"
for ($attempt = 0; -not (Test-Path -LiteralPath $credentials); $attempt++) {
    if ($attempt -ge 30) { Stop-With 'Systems Manager brought no credentials within a minute' }
    Start-ScheduledTask -TaskName 'DeliveryCredentials'
    Start-Sleep -Seconds 2
}

# --- CodeDeploy: who it is comes first, so that the agent never starts as nobody ---
$folder = 'C:\ProgramData\Amazon\CodeDeploy'
New-Item -ItemType Directory -Force -Path $folder | Out-Null
$session = "arn:$($settings.PARTITION):sts::$($settings.ACCOUNT):assumed-role/$($settings.ROLE)/$machine"
$config = "---`niam_session_arn: $session`naws_credentials_file: $($credentials -replace '\\', '/')`nregion: $region`n"
$place = "$folder\conf.onpremises.yml"
$restart = $false
if (-not (Test-Path -LiteralPath $place) -or (Get-Content -Raw -LiteralPath $place) -ne $config) {
    [IO.File]::WriteAllText($place, $config)
    $restart = $true
}
$wanted = "$($settings.AGENT_PACKAGE) $($settings.AGENT_SHA256)"
$marker = "$own\package"
if (-not (Test-Path -LiteralPath $marker) -or (Get-Content -Raw -LiteralPath $marker) -ne $wanted) {
    $package = "$work\$($settings.AGENT_PACKAGE)"
    Get-Verified "https://aws-codedeploy-$region.s3.$region.amazonaws.com/releases/$($settings.AGENT_PACKAGE)" `
        $settings.AGENT_SHA256 $package
    $done = Start-Process -Wait -PassThru -FilePath msiexec.exe -ArgumentList '/i', "`"$package`"", '/quiet', '/norestart'
    if ($done.ExitCode -notin 0, 3010) { Stop-With "$($settings.AGENT_PACKAGE) could not be installed" }
    [IO.File]::WriteAllText($marker, $wanted)
    $restart = $true
}
Set-Service -Name codedeployagent -StartupType Automatic
if ($restart) { Restart-Service -Force -Name codedeployagent } else { Start-Service -Name codedeployagent }
Remove-Item -Recurse -Force -LiteralPath $work
if ((Get-Service -Name codedeployagent).Status -ne 'Running') { Stop-With 'the agent of CodeDeploy does not run' }

Write-Output "register: $machine works for $($settings.APPLICATION); CodeDeploy has it within five minutes"
if (Test-Path -LiteralPath "$PSScriptRoot\activation.env") {
    Write-Output 'register: delete activation.env here when no other machine needs it'
}
