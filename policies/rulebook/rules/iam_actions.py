"""Actions that change something and have no resource level, so that IAM takes nothing but `*` for them.

From https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html,
for the services that deliveries use.
"""

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "autoscaling": "PutAccountSetting",
    "cloudformation": (
        "ActivateOrganizationsAccess ActivateType CancelResourceRequest CreateGeneratedTemplate CreateResource "
        "CreateStackSet CreateUploadBucket DeactivateOrganizationsAccess DeactivateType DeleteGeneratedTemplate "
        "DeleteResource DeregisterType PublishType RegisterPublisher RegisterType SetTypeConfiguration "
        "SetTypeDefaultVersion StartResourceScan TestType UpdateGeneratedTemplate UpdateResource"
    ),
    "cloudwatch": (
        "CreateServiceLevelObjective DeleteAnomalyDetector EnableTopologyDiscovery Link PutAnomalyDetector "
        "PutManagedInsightRules PutMetricData"
    ),
    "codeartifact": "CreateDomain CreatePackageGroup CreateRepository",
    "codebuild": "DeleteOAuthToken DeleteSourceCredentials ImportSourceCredentials PersistOAuthToken",
    "codecommit": (
        "CreateApprovalRuleTemplate DeleteApprovalRuleTemplate UpdateApprovalRuleTemplateContent "
        "UpdateApprovalRuleTemplateDescription UpdateApprovalRuleTemplateName"
    ),
    "codeconnections": "CreateConnection CreateHost DeleteSyncConfiguration UpdateSyncBlocker UpdateSyncConfiguration",
    "codedeploy": (
        "ContinueDeployment CreateCloudFormationDeployment DeleteGitHubAccountToken DeleteResourcesByExternalId "
        "PutLifecycleEventHookExecutionStatus SkipWaitTimeForInstanceTermination StopDeployment"
    ),
    "codepipeline": (
        "AcknowledgeJob AcknowledgeThirdPartyJob PollForThirdPartyJobs PutJobFailureResult PutJobSuccessResult "
        "PutThirdPartyJobFailureResult PutThirdPartyJobSuccessResult"
    ),
    "codestar-notifications": "DeleteTarget",
    "ec2": (
        "AdvertiseByoipCidr AssociateIpamByoasn AssociateTrunkInterface BundleInstance CancelBundleTask "
        "CancelConversionTask CancelReservedInstancesListing ConfirmProductInstance CreateDefaultSubnet "
        "CreateDefaultVpc CreateReservedInstancesListing CreateSpotDatafeedSubscription "
        "DeleteSpotDatafeedSubscription DeleteSubnetCidrReservation DeprovisionByoipCidr "
        "DeregisterInstanceEventNotificationAttributes DisableAllowedImagesSettings "
        "DisableAwsNetworkPerformanceMetricSubscription DisableCapacityManager DisableEbsEncryptionByDefault "
        "DisableImageBlockPublicAccess DisableIpamOrganizationAdminAccount DisableSerialConsoleAccess "
        "DisableSnapshotBlockPublicAccess DisassociateIpamByoasn DisassociateTrunkInterface "
        "EnableAllowedImagesSettings EnableAwsNetworkPerformanceMetricSubscription EnableCapacityManager "
        "EnableEbsEncryptionByDefault EnableImageBlockPublicAccess EnableIpamOrganizationAdminAccount "
        "EnableReachabilityAnalyzerOrganizationSharing EnableSerialConsoleAccess EnableSnapshotBlockPublicAccess "
        "ExportTransitGatewayRoutes InjectApiError ModifyAvailabilityZoneGroup ModifyDefaultCreditSpecification "
        "ModifyEbsDefaultKmsKeyId ModifyIdFormat ModifyIdentityIdFormat ModifyInstanceMetadataDefaults "
        "ModifyVpcBlockPublicAccessOptions MoveAddressToVpc ProvisionByoipCidr PurchaseReservedInstancesOffering "
        "PurchaseScheduledInstances RegisterInstanceEventNotificationAttributes "
        "ReplaceImageCriteriaInAllowedImagesSettings ResetEbsDefaultKmsKeyId RestoreAddressToClassic "
        "RunScheduledInstances UpdateCapacityManagerOrganizationsAccess WithdrawByoipCidr"
    ),
    "ec2messages": "AcknowledgeMessage DeleteMessage FailMessage SendReply",
    "ecr": (
        "CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule "
        "DeleteRegistryPolicy DeleteRepositoryCreationTemplate DeleteSigningConfiguration "
        "DeregisterPullTimeUpdateExclusion PutAccountSetting PutRegistryPolicy PutRegistryScanningConfiguration "
        "PutReplicationConfiguration PutSigningConfiguration RegisterPullTimeUpdateExclusion "
        "UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate"
    ),
    "ecs": (
        "DeleteAccountSetting DeregisterTaskDefinition DiscoverPollEndpoint PutAccountSetting PutAccountSettingDefault"
    ),
    "elasticbeanstalk": "CreateStorageLocation",
    "elasticloadbalancing": "AllowVendedLogDeliveryForResource SetWebAcl",
    "events": "PutPartnerEvents PutPermission RemovePermission",
    "kms": (
        "ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DisconnectCustomKeyStore "
        "GenerateRandom UpdateCustomKeyStore"
    ),
    "lambda": "CreateCodeSigningConfig CreateEventSourceMapping",
    "logs": (
        "AssociateSourceToS3TableIntegration CallWithBearerToken CancelExportTask CancelImportTask "
        "CreateImportTask CreateLogDelivery DeleteAccountPolicy DeleteIndexPolicy DeleteIntegration "
        "DeleteLogDelivery DeletePipelineRule DeleteQueryDefinition DeleteResourcePolicy "
        "DisassociateSourceFromS3TableIntegration Link PutAccountPolicy PutIndexPolicy PutIntegration "
        "PutPipelineRule PutQueryDefinition PutResourcePolicy UpdateLogDelivery"
    ),
    "s3": (
        "CreateJob CreateStorageLensGroup PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock "
        "PutStorageLensConfiguration"
    ),
    "signer": "PutSigningProfile",
    "sns": (
        "CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber DeleteEndpoint "
        "DeletePlatformApplication DeleteSMSSandboxPhoneNumber OptInPhoneNumber SetEndpointAttributes "
        "SetPlatformApplicationAttributes SetSMSAttributes SetSubscriptionAttributes Unsubscribe "
        "VerifySMSSandboxPhoneNumber"
    ),
    "ssm": (
        "CancelCommand CreateActivation CreateMaintenanceWindow CreateOpsItem CreateOpsMetadata "
        "CreatePatchBaseline DeleteActivation DeleteInventory PutConfigurePackageResult PutInventory "
        "RegisterManagedInstance"
    ),
    "ssmmessages": "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel",
    "states": "InvokeHTTPEndpoint SendTaskFailure SendTaskHeartbeat SendTaskSuccess TestState",
    "sts": "DecodeAuthorizationMessage GetDelegatedAccessToken GetWebIdentityToken TagGetWebIdentityToken",
    "xray": (
        "DeleteResourcePolicy Link PutEncryptionConfig PutResourcePolicy PutSpans PutSpansForIndexing "
        "PutTelemetryRecords PutTraceSegments UpdateIndexingRule UpdateTraceSegmentDestination"
    ),
}

WITHOUT_RESOURCE_LEVEL = frozenset(
    f"{service}:{name}".lower() for service, names in _NAMES.items() for name in names.split()
)
"""Lower case, as actions are compared."""
