#Requires -Version 5.1
# Undoes register.ps1: takes the agent of CodeDeploy, its credentials and this machine's registration away.
# Read it, then run it as an administrator: .\deregister.ps1. What was deployed stays and runs on. Twice is harmless.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Stop-With([string]$Reason) {
    [Console]::Error.WriteLine("deregister: $Reason")
    exit 1
}

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Stop-With 'must run as an administrator'
}
$registration = 'C:\ProgramData\Amazon\SSM\InstanceData\registration'
$known = $null
if (Test-Path -LiteralPath $registration) { $known = Get-Content -Raw -LiteralPath $registration | ConvertFrom-Json }

Unregister-ScheduledTask -TaskName 'DeliveryCredentials' -Confirm:$false -ErrorAction SilentlyContinue
if (Get-Service -Name codedeployagent -ErrorAction SilentlyContinue) {
    Stop-Service -Force -Name codedeployagent
    $product = Get-Package -Name 'CodeDeploy Host Agent*' -ErrorAction SilentlyContinue
    if ($product) { $product | Uninstall-Package -Force | Out-Null }
}
foreach ($path in 'C:\ProgramData\Amazon\CodeDeploy\conf.onpremises.yml', 'C:\ProgramData\DeliveryAgent') {
    if (Test-Path -LiteralPath $path) { Remove-Item -Recurse -Force -LiteralPath $path }
}
if (-not $known) {
    Write-Output 'deregister: this machine is not registered'
    exit 0
}
Stop-Service -Force -Name AmazonSSMAgent -ErrorAction SilentlyContinue
& "$env:ProgramFiles\Amazon\SSM\amazon-ssm-agent.exe" -register -clear -y
if ($LASTEXITCODE -ne 0) { Stop-With "the agent of Systems Manager did not forget $($known.ManagedInstanceID)" }
foreach ($path in "$env:SystemRoot\System32\config\systemprofile\.aws\credentials", $registration) {
    if (Test-Path -LiteralPath $path) { Remove-Item -Force -LiteralPath $path }
}
Write-Output "deregister: $($known.ManagedInstanceID) is nobody any more. Somebody who may administer Systems Manager:"
Write-Output "deregister: aws ssm deregister-managed-instance --instance-id $($known.ManagedInstanceID) --region $($known.Region)"
Write-Output 'deregister: CodeDeploy forgets it within five minutes after that'
