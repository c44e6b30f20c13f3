namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>What the catalog lists.</summary>
public static class CatalogKinds
{
    /// <summary>Datasets.</summary>
    public const string Dataset = "dataset";

    /// <summary>Runs.</summary>
    public const string Run = "run";

    /// <summary>Models.</summary>
    public const string Model = "model";

    /// <summary>Updates.</summary>
    public const string Update = "update";

    /// <summary>Events, as this platform's subscribers had them.</summary>
    public const string Event = "event";

    /// <summary>Segmentations.</summary>
    public const string Segmentation = "segmentation";

    /// <summary>Prior maps.</summary>
    public const string PriorMap = "priorMap";

    /// <summary>Studies of what tasks gain from each other.</summary>
    public const string RelationStudy = "relationStudy";

    /// <summary>Imports of models.</summary>
    public const string ModelImport = "modelImport";

    /// <summary>Silos of a cluster, each with the blob that shows that the others see what it stores.</summary>
    public const string Silo = "silo";
}
