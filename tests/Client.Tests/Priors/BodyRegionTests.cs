using Hermes.Client.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class BodyRegionTests
{
    [Theory]
    [InlineData("phantom_t1/thalamus", "head and neck")]
    [InlineData("han/Parotid_L", "head and neck")]
    [InlineData("han/OpticNerveR", "head and neck")]
    [InlineData("amos/esophagus", "thorax")]
    [InlineData("mnm/left ventricle", "thorax")]
    [InlineData("brain/Left-Lateral-Ventricle", "head and neck")]
    [InlineData("phantom_ct/kidney_right", "abdomen")]
    [InlineData("bcv/gall bladder", "abdomen")]
    [InlineData("amos/bladder", "pelvis")]
    [InlineData("total/vertebrae_L1", "spine")]
    [InlineData("han/SpinalCord", "spine")]
    [InlineData("total/femur_left", "limbs")]
    [InlineData("total/ribs", "thorax")]
    [InlineData("autopet/lesion", "whole body")]
    [InlineData("total/superior_vena_cava", "thorax")]
    [InlineData("amos/inferior vena cava", "abdomen")]
    public void A_name_says_where_a_structure_is_whatever_its_side_number_and_spelling(string task, string region) => Assert.Equal(region, BodyRegion.Of(task));

    [Theory]
    [InlineData("lits/liver tumour", "abdomen")]
    [InlineData("msd/lung_nodules", "thorax")]
    [InlineData("ca/lymph node", "whole body")]
    public void A_lesion_is_where_its_organ_is(string task, string region) => Assert.Equal(region, BodyRegion.Of(task));

    [Theory]
    [InlineData("liver/x7")]
    [InlineData("d/left")]
    [InlineData("d/")]
    [InlineData("d/olive")]
    public void A_name_that_says_nothing_is_of_no_region_and_the_dataset_says_nothing(string task) => Assert.Equal(BodyRegion.Unknown, BodyRegion.Of(task));
}
