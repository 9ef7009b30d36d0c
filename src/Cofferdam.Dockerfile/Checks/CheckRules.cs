namespace Cofferdam.Dockerfile;

/// <summary>The build checks there are. Names, descriptions and texts are those of BuildKit, since tools look for them.</summary>
internal static class CheckRules
{
    public static readonly CheckRule StageNameCasing = new("StageNameCasing", "Stage names should be lowercase", "Stage name '{0}' should be lowercase");

    public static readonly CheckRule FromAsCasing = new("FromAsCasing", "The 'as' keyword should match the case of the 'from' keyword", "'{1}' and '{0}' keywords' casing do not match");

    public static readonly CheckRule NoEmptyContinuation = new("NoEmptyContinuation", "Empty continuation lines will become errors in a future release", "Empty continuation line");

    public static readonly CheckRule ConsistentInstructionCasing = new(
        "ConsistentInstructionCasing",
        "All commands within the Dockerfile should use the same casing (either upper or lower)",
        "Command '{0}' should match the case of the command majority ({1})");

    public static readonly CheckRule DuplicateStageName = new("DuplicateStageName", "Stage names should be unique", "Duplicate stage name \"{0}\", stage names should be unique");

    public static readonly CheckRule ReservedStageName = new(
        "ReservedStageName", "Reserved words should not be used as stage names", "Stage name should not use the same name as reserved stage \"{0}\"");

    public static readonly CheckRule JsonArgsRecommended = new(
        "JSONArgsRecommended",
        "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",
        "JSON arguments recommended for {0} to prevent unintended behavior related to OS signals");

    public static readonly CheckRule MaintainerDeprecated = new(
        "MaintainerDeprecated",
        "The MAINTAINER instruction is deprecated, use a label instead to define an image author",
        "Maintainer instruction is deprecated in favor of using label");

    public static readonly CheckRule UndefinedArgInFrom = new("UndefinedArgInFrom", "FROM command must use declared ARGs", "FROM argument '{0}' is not declared{1}");

    public static readonly CheckRule WorkdirRelativePath = new(
        "WorkdirRelativePath",
        "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
        "Relative workdir {0} can have unexpected results if the base image changes");

    public static readonly CheckRule UndefinedVar = new("UndefinedVar", "Variables should be defined before their use", "Usage of undefined variable '${0}'{1}");

    public static readonly CheckRule MultipleInstructionsDisallowed = new(
        "MultipleInstructionsDisallowed",
        "Multiple instructions of the same type should not be used in the same stage",
        "Multiple {0} instructions should not be used in the same stage because only the last one will be used");

    public static readonly CheckRule LegacyKeyValueFormat = new(
        "LegacyKeyValueFormat",
        "Legacy key/value format with whitespace separator should not be used",
        "\"{0} key=value\" should be used instead of legacy \"{0} key value\" format");

    public static readonly CheckRule InvalidBaseImagePlatform = new(
        "InvalidBaseImagePlatform",
        "Base image platform does not match expected target platform",
        "Base image {0} was pulled with platform \"{2}\", expected \"{1}\" for current build") { HasPage = false };

    public static readonly CheckRule RedundantTargetPlatform = new(
        "RedundantTargetPlatform",
        "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
        "Setting platform to predefined {0} in FROM is redundant as this is the default behavior");

    public static readonly CheckRule SecretsUsedInArgOrEnv = new(
        "SecretsUsedInArgOrEnv",
        "Sensitive data should not be used in the ARG or ENV commands",
        "Do not use ARG or ENV instructions for sensitive data ({0} \"{1}\")");

    public static readonly CheckRule InvalidDefaultArgInFrom = new(
        "InvalidDefaultArgInFrom",
        "Default value for global ARG results in an empty or invalid base image name",
        "Default value for ARG {0} results in empty or invalid base image name");

    public static readonly CheckRule FromPlatformFlagConstDisallowed = new(
        "FromPlatformFlagConstDisallowed", "FROM --platform flag should not use a constant value", "FROM --platform flag should not use constant value \"{0}\"");

    public static readonly CheckRule CopyIgnoredFile = new(
        "CopyIgnoredFile", "Attempting to Copy file that is excluded by .dockerignore", "Attempting to {0} file {1} that is excluded by .dockerignore");

    public static readonly CheckRule InvalidDefinitionDescription = new(
        "InvalidDefinitionDescription",
        "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.",
        "Comment for {0} should follow the format: `# {1} <description>`") { IsExperimental = true };

    public static readonly CheckRule ExposeProtoCasing = new(
        "ExposeProtoCasing", "Protocol in EXPOSE instruction should be lowercase", "Defined protocol '{0}' in EXPOSE instruction should be lowercase");

    public static readonly CheckRule ExposeInvalidFormat = new(
        "ExposeInvalidFormat",
        "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release",
        "EXPOSE instruction should not define an IP address or host-port mapping, found '{0}'");

    public static readonly CheckRule CredentialFileCopied = new(
        "CredentialFileCopied", "Credential files should not be copied into the image, mount them as secrets", "Do not use {0} for credential files ({1})") { IsOwn = true };

    public static readonly CheckRule CredentialFileInContext = new(
        "CredentialFileInContext", "Credential files in a copied directory should be listed in .dockerignore", "{0} {1} takes credential file {2} along") { IsOwn = true };

    public static readonly CheckRule GitDirectoryInContext = new(
        "GitDirectoryInContext", "The .git directory in a copied directory should be listed in .dockerignore", "{0} {1} takes {2} along: history, and what its config has") { IsOwn = true };

    public static readonly CheckRule SecretInInstruction = new(
        "SecretInInstruction", "Secret values should not be written in instructions or given as build arguments", "Do not use secret values in instructions ({0})") { IsOwn = true };

    public static readonly CheckRule CredentialsInUrl = new(
        "CredentialsInUrl", "Addresses should not have a password or token in them", "Do not use credentials in addresses ({0}, host {1})") { IsOwn = true };

    public static readonly CheckRule PasswordOnCommandLine = new(
        "PasswordOnCommandLine", "Passwords should not be arguments of commands, nor come from ARG or ENV", "Do not pass passwords on the command line ({0})") { IsOwn = true };

    public static readonly CheckRule SecretMountTargetCopied = new(
        "SecretMountTargetCopied", "A file that a secret is mounted at should not be copied", "{0} copies from or to {1}, where a secret is mounted") { IsOwn = true };

    public static readonly CheckRule MistypedDirective = new(
        "MistypedDirective", "Comments that are nearly a directive, or name nearly a check, have no effect", "{0} '{1}' is not known (did you mean {2}?)") { IsOwn = true };

    /// <summary>All there are.</summary>
    public static ImmutableArray<CheckRule> All { get; } =
    [
        StageNameCasing, FromAsCasing, NoEmptyContinuation, ConsistentInstructionCasing, DuplicateStageName, ReservedStageName, JsonArgsRecommended, MaintainerDeprecated, UndefinedArgInFrom,
        WorkdirRelativePath, UndefinedVar, MultipleInstructionsDisallowed, LegacyKeyValueFormat, InvalidBaseImagePlatform, RedundantTargetPlatform, SecretsUsedInArgOrEnv, InvalidDefaultArgInFrom,
        FromPlatformFlagConstDisallowed, CopyIgnoredFile, InvalidDefinitionDescription, ExposeProtoCasing, ExposeInvalidFormat, CredentialFileCopied, CredentialFileInContext, GitDirectoryInContext,
        SecretInInstruction, CredentialsInUrl, PasswordOnCommandLine, SecretMountTargetCopied, MistypedDirective,
    ];
}
