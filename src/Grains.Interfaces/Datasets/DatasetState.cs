namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>The state machine of a dataset.</summary>
[GenerateSerializer]
public enum DatasetState
{
    /// <summary>Nothing was ever added under this name.</summary>
    Absent = 0,

    /// <summary>An add has begun; its case list is arriving.</summary>
    Staging = 1,

    /// <summary>Workers look into the files.</summary>
    Ingesting = 2,

    /// <summary>At least one version exists and nothing is under way.</summary>
    Ready = 3,

    /// <summary>The add was refused; nothing of it was kept.</summary>
    Refused = 4,
}
